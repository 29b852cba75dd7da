// What scripts add to the shop; every page works without them.
const LOOK_AGAIN_MS = 5000

for (const control of document.querySelectorAll('[data-submit-on-change]')) {
  control.addEventListener('change', () => control.form.requestSubmit())
  for (const button of control.form.querySelectorAll('[data-without-script]')) button.hidden = true
}

for (const form of document.querySelectorAll('form[data-variants]')) {
  const variants = JSON.parse(form.dataset.variants)
  for (const button of form.querySelectorAll('[data-without-script]')) button.hidden = true
  allowBuying(form, chosenVariant(form, variants))
  form.addEventListener('change', (event) => {
    if (event.target.type === 'radio') showVariant(form, chosenVariant(form, variants))
  })
}

for (const quantity of document.querySelectorAll('[data-stepper]'))
  addStepper(quantity.querySelector('input'))

// An order whose payment is not decided yet shows by itself when it is.
if (document.querySelector('[data-undecided]')) setTimeout(lookAgain, LOOK_AGAIN_MS)

async function lookAgain() {
  // Nobody waits in a tab that is not seen, and nobody is reached offline: then look later.
  const answer = document.hidden ? undefined : await fetch(location.href).catch(() => undefined)
  if (answer?.ok && !(await answer.text()).includes('data-undecided')) return location.reload()
  setTimeout(lookAgain, LOOK_AGAIN_MS)
}

function chosenVariant(form, variants) {
  const chosen = [...form.querySelectorAll('input[type=radio]:checked')]
  return variants.find(({ id, values }) =>
    chosen[0]?.name === 'variantId'
      ? id === chosen[0].value
      : String(values) === String(chosen.map(({ value }) => value)),
  )
}

function showVariant(form, variant) {
  allowBuying(form, variant)
  const { inStock } = form.dataset
  const className = !variant?.available
    ? 'stock-none'
    : inStock === 'In stock'
      ? 'stock-some'
      : 'stock-unknown'
  form.querySelector('[data-stock]').replaceChildren(element('span', className, stockText(variant, inStock)))
  if (variant) showPrice(form.querySelector('[data-price]'), variant)
}

function allowBuying(form, variant) {
  const button = form.querySelector('[data-buy]')
  if (button) button.disabled = !variant?.available
}

function stockText(variant, inStock) {
  if (!variant) return 'Not available in this combination'
  return variant.available ? inStock : 'Sold out in this option'
}

function showPrice(place, { price, before }) {
  const line = element('p', before ? 'price price-reduced' : 'price')
  line.append(element('span', 'price-now', price))
  if (before) line.append(' ', element('s', 'price-before', before))
  place.replaceChildren(line)
}

function addStepper(input) {
  const stepper = element('div', 'stepper')
  input.replaceWith(stepper)
  stepper.append(
    stepButton('−', 'One less', () => input.stepDown()),
    input,
    stepButton('+', 'One more', () => input.stepUp()),
  )
}

function stepButton(text, label, step) {
  const button = element('button', '', text)
  button.type = 'button'
  button.ariaLabel = label
  button.addEventListener('click', step)
  return button
}

function element(name, className, text = '') {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}

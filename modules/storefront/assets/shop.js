// Enhances the pages. Every page works without this script.
const POLL_MS = 5000

for (const form of document.querySelectorAll('form[data-variants]')) {
  const variants = JSON.parse(form.dataset.variants)
  for (const button of form.querySelectorAll('[data-without-script]')) button.hidden = true
  allowBuying(form, chosenVariant(form, variants))
  form.addEventListener('change', (event) => {
    if (event.target.type !== 'radio') return
    showVariant(form, chosenVariant(form, variants))
    markSoldOut(form, variants)
  })
}

for (const quantity of document.querySelectorAll('[data-stepper]'))
  addStepper(quantity.querySelector('input'))

// The country decides which fields of an address are shown, and their labels.
for (const fields of document.querySelectorAll('[data-address-formats]')) {
  const formats = JSON.parse(fields.dataset.addressFormats)
  fields.querySelector('select').addEventListener('change', ({ target }) => {
    const format = formats.find(({ countries }) => countries.includes(target.value)) ?? formats[0]
    for (const [part, { label, need }] of Object.entries(format.parts))
      showPart(fields.querySelector(`[data-part=${part}]`), label, need)
  })
}

// The page of an order with a pending payment reloads when the payment is decided.
if (document.querySelector('[data-undecided]')) setTimeout(pollOrder, POLL_MS)

async function pollOrder() {
  // A hidden tab sends no requests, and a failed request is ignored: the next poll tries again.
  const response = document.hidden ? undefined : await fetch(location.href).catch(() => undefined)
  if (response?.ok && !(await response.text()).includes('data-undecided')) return location.reload()
  setTimeout(pollOrder, POLL_MS)
}

function showPart(field, label, need) {
  const input = field.querySelector('input')
  field.hidden = need === 'none'
  // The form does not send a hidden field.
  input.disabled = need === 'none'
  input.required = need === 'required'
  const optional = need === 'optional' ? [' ', element('span', 'field-optional', 'optional')] : []
  field.querySelector('label').replaceChildren(label, ...optional)
}

// A product form has radio buttons for its variants, or a group of them for each option.
function chosenVariant(form, variants) {
  const chosen = [...form.querySelectorAll('input[type=radio]:checked')]
  return variants.find(({ id, values }) =>
    chosen[0]?.name === 'variantId'
      ? id === chosen[0].value
      : String(values) === String(chosen.map(({ value }) => value)),
  )
}

// `stock` of a variant is the text for unlimited stock, which needs no check. For limited stock, `data-in-stock` has the
// text, and `data-stock-known` is missing while the shop cannot check it.
function showVariant(form, variant) {
  allowBuying(form, variant)
  const isKnown = variant?.stock !== undefined || form.dataset.stockKnown !== undefined
  const className = !variant?.available ? 'stock-none' : isKnown ? 'stock-some' : 'stock-unknown'
  const text = stockText(variant, variant?.stock ?? form.dataset.inStock)
  form.querySelector('[data-stock]').replaceChildren(element('span', className, text))
  if (variant) showPrice(form.querySelector('[data-price]'), variant)
}

// Marks the option values that are sold out in combination with the chosen values of the other groups. `values` of a
// variant has one value for each group.
function markSoldOut(form, variants) {
  const groups = [...form.querySelectorAll('fieldset')]
  const chosen = groups.map((group) => group.querySelector('input:checked')?.value)
  if (groups.length < 2) return
  groups.forEach((group, position) => {
    for (const radio of group.querySelectorAll('input[type=radio]')) {
      const required = chosen.with(position, radio.value)
      const available = variants.some(
        ({ values, available }) =>
          available &&
          values.every((value, index) => required[index] === undefined || value === required[index]),
      )
      radio.labels[0].classList.toggle('option-value-sold-out', !available)
      radio.labels[0].querySelector('[data-sold-out]').hidden = available
    }
  })
}

function allowBuying(form, variant) {
  const button = form.querySelector('[data-buy]')
  if (button) button.disabled = !variant?.available
}

function stockText(variant, inStock) {
  if (!variant) return 'Not available in this combination'
  return variant.available ? inStock : 'This option is sold out'
}

function showPrice(container, { price, before }) {
  const line = element('p', before ? 'price price-reduced' : 'price')
  line.append(element('span', 'price-now', price))
  if (before) line.append(' ', element('s', 'price-before', before))
  container.replaceChildren(line)
}

function addStepper(input) {
  const stepper = element('div', 'stepper')
  input.replaceWith(stepper)
  stepper.append(
    stepButton('−', 'Decrease quantity', () => input.stepDown()),
    input,
    stepButton('+', 'Increase quantity', () => input.stepUp()),
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
  const created = document.createElement(name)
  created.className = className
  created.textContent = text
  return created
}

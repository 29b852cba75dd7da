// Runs in the frame of the Payment Element, on the emulator's origin. The shop's page only sends it what to do.
const query = new URLSearchParams(location.search)
const form = document.querySelector('#form')
const headers = { authorization: `Bearer ${query.get('key')}`, 'stripe-version': query.get('version') }

await showSession()
form.addEventListener('input', () =>
  report('change', { complete: isComplete(), empty: form.number.value === '', value: { type: 'card' } }),
)
addEventListener('message', async ({ data, source }) => {
  if (source !== parent || !data.stripeEmulator) return
  const result = data.stripeEmulator === 'submit' ? { error: validate() } : await confirm(data)
  parent.postMessage({ stripeEmulator: 'reply', id: data.id, frame: query.get('frame'), ...result }, '*')
})
report('ready', {})

async function showSession() {
  const response = await fetch(`/elements/session?${query}`)
  const session = await response.json()
  if (!response.ok) return report('loaderror', { error: session.error })
  document.querySelector('#save').hidden = !session.canSave
  form.dataset.saveUsage = session.saveUsage
  const saved = document.querySelector('#saved')
  saved.hidden = session.saved.length === 0
  const choices = [
    ...session.saved.map(({ id, card }) => [id, `${card.brand} ending in ${card.last4}`]),
    ['', 'New card'],
  ]
  for (const [index, [value, text]] of choices.entries()) {
    const radio = Object.assign(document.createElement('input'), {
      type: 'radio',
      name: 'method',
      value,
      checked: index === 0,
    })
    const label = document.createElement('label')
    label.append(radio, text)
    saved.append(label)
  }
  saved.addEventListener('change', showChoice)
  showChoice()
}

function showChoice() {
  document.querySelector('#new').hidden = chosen() !== ''
}

function chosen() {
  return form.querySelector('[name=method]:checked')?.value ?? ''
}

function isComplete() {
  return chosen() !== '' || (form.number.value !== '' && form.expiry.value !== '' && form.cvc.value !== '')
}

function validate() {
  if (isComplete()) return show(undefined)
  return show({
    type: 'validation_error',
    code: 'incomplete_number',
    message: 'Your card number is incomplete.',
  })
}

async function confirm({ object, clientSecret, returnUrl }) {
  const error = validate()
  if (error) return { error }
  const body = new URLSearchParams({
    client_secret: clientSecret,
    use_stripe_sdk: 'true',
    return_url: returnUrl,
  })
  if (chosen()) body.set('payment_method', chosen())
  else {
    body.set('payment_method_data[type]', 'card')
    body.set('payment_method_data[card][number]', form.number.value)
    if (form.save.checked) {
      body.set('payment_method_data[allow_redisplay]', 'always')
      if (object === 'payment_intent') body.set('setup_future_usage', form.dataset.saveUsage)
    }
  }
  const id = clientSecret.replace(/_secret_.*$/, '')
  const response = await fetch(`/v1/${object}s/${id}/confirm`, { method: 'POST', headers, body })
  const answer = await response.json()
  return response.ok ? { intent: answer } : { error: show(answer.error) }
}

function show(error) {
  const place = document.querySelector('#error')
  place.hidden = !error
  place.textContent = error?.message ?? ''
  return error
}

function report(event, data) {
  parent.postMessage({ stripeEmulator: 'event', event, frame: query.get('frame'), ...data }, '*')
}

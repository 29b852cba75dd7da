// Stands in for https://js.stripe.com/<release>/stripe.js. Covers the Payment Element of documented contracts only.
{
  const origin = new URL(document.currentScript.src).origin
  let frames = 0

  window.Stripe = (key) => {
    if (!/^pk_(test|live)_/.test(key)) throw new Error('Please call Stripe() with your publishable key')
    const retrieve = (object) => async (clientSecret) => {
      const id = clientSecret.replace(/_secret_.*$/, '')
      const url = `${origin}/v1/${object}s/${id}?client_secret=${clientSecret}`
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${key}`, 'stripe-version': '__VERSION__' },
      })
      const answer = await response.json()
      return response.ok ? { [member(object)]: answer } : { error: answer.error }
    }
    const stripe = {
      elements: (options = {}) => elementsOf(key, options),
      confirmPayment: (options) => confirm('payment_intent', options),
      confirmSetup: (options) => confirm('setup_intent', options),
      retrievePaymentIntent: retrieve('payment_intent'),
      retrieveSetupIntent: retrieve('setup_intent'),
      handleNextAction: ({ clientSecret }) =>
        finish(clientSecret.startsWith('seti_') ? 'setup_intent' : 'payment_intent', clientSecret),
    }

    /** Confirms with what the element holds. Resolves with an error, or without a redirect when it was not required. */
    async function confirm(object, { elements, clientSecret, confirmParams = {}, redirect = 'always' }) {
      const secret = clientSecret ?? elements.options.clientSecret
      const returnUrl = confirmParams.return_url
      if (!returnUrl && redirect === 'always')
        throw new Error(`stripe.confirm requires confirmParams.return_url`)
      const { error } = await elements.element.ask('confirm', {
        object,
        clientSecret: secret,
        returnUrl: returnUrl ?? location.href,
      })
      if (error) return { error }
      const result = await finish(object, secret)
      if (result.error || redirect === 'if_required') return result
      location.assign(returnLocation(object, result[member(object)], returnUrl))
      return new Promise(() => {}) // The page is leaving
    }

    /** Lets the shopper act when the intent requires it, in a dialog over the page. */
    async function finish(object, clientSecret) {
      const before =
        await stripe[object === 'payment_intent' ? 'retrievePaymentIntent' : 'retrieveSetupIntent'](
          clientSecret,
        )
      const action = before[member(object)]?.next_action
      if (!action) return resultOf(before, object)
      await showDialog(action.use_stripe_sdk?.stripe_js ?? action.redirect_to_url.url)
      return resultOf(await retrieve(object)(clientSecret), object)
    }

    return stripe
  }

  function elementsOf(key, options) {
    const elements = {
      options,
      element: null,
      create(type) {
        if (type !== 'payment') throw new Error(`The emulator has no element "${type}"`)
        elements.element = paymentElement(key, options)
        return elements.element
      },
      getElement: () => elements.element,
      submit: () => elements.element.ask('submit', {}),
      update: (changed) => Object.assign(options, changed),
      fetchUpdates: async () => ({}),
    }
    return elements
  }

  function paymentElement(key, { clientSecret, customerSessionClientSecret }) {
    const frame = String(++frames)
    const iframe = document.createElement('iframe')
    const handlers = new Map()
    const replies = new Map()
    let ids = 0
    iframe.title = 'Secure payment input frame'
    iframe.style = 'border: 0; width: 100%; height: 28rem'
    const query = new URLSearchParams({
      key,
      frame,
      version: '__VERSION__',
      client_secret: clientSecret ?? '',
    })
    if (customerSessionClientSecret) query.set('customer_session_client_secret', customerSessionClientSecret)
    const listen = ({ data, origin: from }) => {
      if (from !== origin || data.frame !== frame) return
      if (data.stripeEmulator === 'reply') replies.get(data.id)?.(data)
      else for (const handler of handlers.get(data.event) ?? []) handler({ ...data, elementType: 'payment' })
    }
    const element = {
      mount(target) {
        const place = typeof target === 'string' ? document.querySelector(target) : target
        if (!place) throw new Error(`There is no element "${target}" to mount into`)
        iframe.src = `${origin}/elements/payment?${query}`
        addEventListener('message', listen)
        place.replaceChildren(iframe)
      },
      unmount: () => iframe.remove(),
      destroy() {
        iframe.remove()
        removeEventListener('message', listen)
      },
      update: () => element,
      on(event, handler) {
        handlers.set(event, [...(handlers.get(event) ?? []), handler])
        return element
      },
      /** Not part of Stripe's contract: asks the frame, which alone knows the card. */
      ask(what, data) {
        const id = ++ids
        iframe.contentWindow.postMessage({ stripeEmulator: what, id, ...data }, origin)
        return new Promise((resolve) => {
          replies.set(id, ({ error, intent }) => resolve(error ? { error } : { intent }))
        })
      },
    }
    return element
  }

  function showDialog(url) {
    const dialog = document.createElement('dialog')
    const iframe = Object.assign(document.createElement('iframe'), {
      src: `${url}?embedded=1`,
      title: '3D Secure authentication',
    })
    dialog.append(iframe)
    document.body.append(dialog)
    dialog.showModal()
    return new Promise((resolve) => {
      addEventListener('message', function listen({ data, origin: from }) {
        if (from !== origin || data.stripeEmulator !== '3d-secure') return
        removeEventListener('message', listen)
        dialog.remove()
        resolve()
      })
    })
  }

  function resultOf(result, object) {
    const error = result[member(object)]?.last_payment_error ?? result[member(object)]?.last_setup_error
    return error ? { error: { ...error, [object]: result[member(object)] } } : result
  }

  function returnLocation(object, intent, returnUrl) {
    const url = new URL(returnUrl)
    url.searchParams.set(object, intent.id)
    url.searchParams.set(`${object}_client_secret`, intent.client_secret)
    url.searchParams.set('redirect_status', intent.status === 'processing' ? 'pending' : 'succeeded')
    return url.href
  }

  function member(object) {
    return object === 'payment_intent' ? 'paymentIntent' : 'setupIntent'
  }
}

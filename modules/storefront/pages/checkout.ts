import type { Cart } from '#modules/cart/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { PageReply, PageRequest } from '#runtime/http/pages.ts'
import { newSecret } from '#shared/ids.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { checkoutContactPage } from '../views/checkout-contact-page.ts'
import { checkoutPaymentPage, testPaymentChoices } from '../views/checkout-payment-page.ts'
import { checkoutReviewPage } from '../views/checkout-review-page.ts'
import { checkoutShippingPage } from '../views/checkout-shipping-page.ts'
import type { FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { addressIn, addressValues, refusedForm } from './form-state.ts'
import { goTo, show } from './show.ts'
import { findCart, forgetCart, rememberOrder } from './visitor.ts'

/** How the shopper wants to pay, between the payment step and the order. The test provider's tokens are no secrets. */
const PAYMENT_COOKIE = 'pando_payment'
const HOUR_SECONDS = 3600
const PROVIDER = 'test'

type Step = (request: PageRequest, context: ShopContext, cart: Cart) => Promise<PageReply>

/** A step of the checkout: only with something in the cart, and only when what comes before is done. */
function step(
  method: 'GET' | 'POST',
  path: string,
  needs: ('contact' | 'shippingOption')[],
  handle: Step,
): ShopPage {
  return {
    method,
    path,
    handle: async (request, context) => {
      const cart = await findCart(request, context)
      if (!cart || cart.lines.length === 0) return goTo(links.cart)
      if (needs.includes('contact') && !cart.contact) return goTo(links.checkoutContact)
      if (needs.includes('shippingOption') && !cart.shippingOption) return goTo(links.checkoutShipping)
      return handle(request, context, cart)
    },
  }
}

const begin = step('GET', links.checkout, [], async (_request, _context, cart) => {
  if (!cart.contact) return goTo(links.checkoutContact)
  if (!cart.shippingOption) return goTo(links.checkoutShipping)
  return goTo(links.checkoutPayment)
})

const askContact = step('GET', links.checkoutContact, [], async (request, context, cart) => {
  const { contact } = cart
  const saved = await savedAddresses(context)
  const picked = saved.find((each) => each.id === request.query.address)
  const values = {
    email: contact?.email ?? (await emailOf(context)),
    ...addressValues(picked ? withoutId(picked) : contact?.shippingAddress, 'shippingAddress.'),
    ...addressValues(contact?.billingAddress, 'billingAddress.'),
    ...(contact?.billingAddress ? { differentBilling: 'yes' } : {}),
  }
  return showContact(request, context, cart, { values, errors: [] })
})

const takeContact = step('POST', links.checkoutContact, [], async (request, context, cart) => {
  const { form } = request
  try {
    await context.calls.cart.setContact({
      cartId: cart.id,
      email: (form.email ?? '').trim(),
      shippingAddress: addressIn(form, 'shippingAddress.'),
      ...(form.differentBilling === 'yes' ? { billingAddress: addressIn(form, 'billingAddress.') } : {}),
    })
    return goTo(links.checkoutShipping)
  } catch (error) {
    return showContact(request, context, cart, refusedForm(form, error, 'shippingAddress.country'), 422)
  }
})

const askShipping = step('GET', links.checkoutShipping, ['contact'], (request, context, cart) => {
  const values = { shippingOptionId: cart.shippingOption?.id }
  return showShipping(request, context, cart, { values, errors: [] })
})

const takeShipping = step('POST', links.checkoutShipping, ['contact'], async (request, context, cart) => {
  try {
    await context.calls.cart.setShippingOption({
      cartId: cart.id,
      shippingOptionId: request.form.shippingOptionId ?? '',
    })
    return goTo(links.checkoutPayment)
  } catch (error) {
    const refused = refusedForm(request.form, error, 'shippingOptionId')
    return showShipping(request, context, cart, refused, 422)
  }
})

const askPayment = step(
  'GET',
  links.checkoutPayment,
  ['contact', 'shippingOption'],
  async (request, context, cart) => {
    const values = { token: request.cookies[PAYMENT_COOKIE] }
    return showPayment(request, context, cart, { values, errors: [] })
  },
)

const takePayment = step(
  'POST',
  links.checkoutPayment,
  ['contact', 'shippingOption'],
  async (request, context, cart) => {
    const { token } = request.form
    if (!choiceFor(context, token)) {
      const errors = [{ field: 'token', message: 'Choose how you would like to pay' }]
      return showPayment(request, context, cart, { values: request.form, errors }, 422)
    }
    return goTo(links.checkoutReview, undefined, [
      { name: PAYMENT_COOKIE, value: token!, maxAge: HOUR_SECONDS },
    ])
  },
)

const review = step(
  'GET',
  links.checkoutReview,
  ['contact', 'shippingOption'],
  async (request, context, cart) => {
    if (!choiceFor(context, request.cookies[PAYMENT_COOKIE])) return goTo(links.checkoutPayment)
    return showReview(request, context, cart, request.cookies[PAYMENT_COOKIE]!)
  },
)

const placeOrder = step(
  'POST',
  links.placeOrder,
  ['contact', 'shippingOption'],
  async (request, context, cart) => {
    const { token = '', idempotencyKey } = request.form
    if (!choiceFor(context, token)) return goTo(links.checkoutPayment)
    try {
      const order = await context.calls.orders.placeOrder(
        { cartId: cart.id, payment: { provider: PROVIDER, token } },
        idempotencyKey ? { key: idempotencyKey } : {},
      )
      const cookies = [
        ...rememberOrder(request, order.id),
        // While the payment is not decided, the cart may still come back.
        ...(order.status === 'pending' ? [] : forgetCart()),
        { name: PAYMENT_COOKIE, value: null },
      ]
      return { redirect: `${links.order(order.id)}?placed`, cookies }
    } catch (error) {
      return showReview(request, context, cart, token, problemOf(error))
    }
  },
)

export const checkoutPages = [
  begin,
  askContact,
  takeContact,
  askShipping,
  takeShipping,
  askPayment,
  takePayment,
  review,
  placeOrder,
]

async function showContact(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  form: FormState,
  status = 200,
) {
  const [{ items: countries }, saved] = await Promise.all([
    context.calls.cart.listCountries({}),
    savedAddresses(context),
  ])
  const loggedIn = context.caller.kind === 'customer'
  return show(
    request,
    context,
    checkoutContactPage({ cart, form, countries, savedAddresses: saved, loggedIn }),
    { status },
  )
}

async function showShipping(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  form: FormState,
  status = 200,
) {
  const { items: options } = await context.calls.cart.listShippingOptions({ cartId: cart.id })
  return show(request, context, checkoutShippingPage({ cart, contact: cart.contact!, options, form }), {
    status,
  })
}

function showPayment(request: PageRequest, context: ShopContext, cart: Cart, form: FormState, status = 200) {
  const choices = context.services.testPayments ? testPaymentChoices : []
  return show(request, context, checkoutPaymentPage({ cart, provider: PROVIDER, choices, form }), { status })
}

async function showReview(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  token: string,
  problem?: { text: string; link?: { href: string; text: string } },
) {
  const { items: countries } = await context.calls.cart.listCountries({})
  const page = checkoutReviewPage({
    cart,
    contact: cart.contact!,
    shippingOption: cart.shippingOption!,
    payment: { provider: PROVIDER, token, label: choiceFor(context, token)?.label ?? token },
    countries,
    // A double click sends the same key and places one order; a new look at the page is a new wish.
    idempotencyKey: newSecret('key'),
    ...(problem ? { problem } : {}),
  })
  return show(request, context, page, { status: problem ? 422 : 200 })
}

/** What a refused order means for the shopper, and where to go on; faults of ours go on to the error page. */
function problemOf(error: unknown): { text: string; link?: { href: string; text: string } } {
  if (!(error instanceof Failure) || error.status >= 500) throw error
  const toCart = { href: links.cart, text: 'Change the cart' }
  switch (error.code) {
    case 'PAYMENT_DECLINED': {
      const { reason } = error.data as { reason: string }
      return {
        text: `${reason}. Nothing was charged.`,
        link: { href: links.checkoutPayment, text: 'Take another way to pay' },
      }
    }
    case 'OUT_OF_STOCK': {
      const { lines } = error.data as { lines: { title: string; requested: number; available: number }[] }
      const short = lines.map(
        ({ title, requested, available }) => `${title}: ${available} of ${requested} are left`,
      )
      return { text: `Somebody was faster. ${short.join('; ')}.`, link: toCart }
    }
    case 'CART_CHANGED':
    case 'CART_IN_CHECKOUT':
      return { text: 'Another order for this cart is under way, or it was changed meanwhile.', link: toCart }
    default:
      return { text: `${error.message}.`, link: toCart }
  }
}

function choiceFor(context: ShopContext, token: string | undefined) {
  return context.services.testPayments
    ? testPaymentChoices.find((choice) => choice.token === token)
    : undefined
}

async function savedAddresses(context: ShopContext) {
  return context.caller.kind === 'customer' ? (await context.calls.accounts.listAddresses({})).items : []
}

async function emailOf(context: ShopContext): Promise<string | undefined> {
  return context.caller.kind === 'customer' ? (await context.calls.accounts.getMe({})).email : undefined
}

function withoutId<Saved extends { id: string }>({ id, ...address }: Saved): Omit<Saved, 'id'> {
  return address
}

import type { Cart } from '#modules/cart/contract.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext } from '../needs.ts'
import { checkoutContactPage } from '../views/checkout-contact-page.ts'
import { checkoutPaymentPage } from '../views/checkout-payment-page.ts'
import { checkoutShippingPage } from '../views/checkout-shipping-page.ts'
import type { FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { addressIn, addressValues, contactErrors } from './address-form.ts'
import { checkoutStep, isFree, PROVIDER, paymentChoice, paymentChoices } from './checkout-step.ts'
import { cookieNames, setCookie } from './cookies.ts'
import { refusedForm } from './form-state.ts'
import { goTo, show } from './show.ts'
import { isFailure } from './visitor.ts'

const begin = checkoutStep(
  { method: 'GET', path: links.checkout, after: ['contact', 'shippingOption'] },
  async () => goTo(links.checkoutPayment),
)

const askContact = checkoutStep(
  { method: 'GET', path: links.checkoutContact },
  async (request, context, cart) => {
    const { contact } = cart
    const [saved, email] = await Promise.all([savedAddresses(context), contact?.email ?? emailOf(context)])
    const picked = saved.find((each) => each.id === request.query.address) ?? (contact ? undefined : saved[0])
    const values: Record<string, string> = {
      email: email ?? '',
      ...addressValues(picked ? withoutId(picked) : contact?.shippingAddress, 'shippingAddress.'),
      ...addressValues(contact?.billingAddress, 'billingAddress.'),
      ...(contact?.billingAddress ? { differentBilling: 'yes' } : {}),
    }
    // What was saved before the rules of its country is mended here.
    const errors = picked || contact ? contactErrors(values) : []
    return showContact(request, context, cart, { values, errors })
  },
)

const takeContact = checkoutStep(
  { method: 'POST', path: links.checkoutContact },
  async (request, context, cart) => {
    const { form } = request
    const errors = contactErrors(form)
    if (errors.length > 0) return showContact(request, context, cart, { values: form, errors }, 422)
    try {
      await context.calls.cart.setContact({
        cartId: cart.id,
        email: (form.email ?? '').trim(),
        shippingAddress: addressIn(form, 'shippingAddress.'),
        ...(form.differentBilling === 'yes' ? { billingAddress: addressIn(form, 'billingAddress.') } : {}),
      })
      return goTo(links.checkoutShipping)
    } catch (error) {
      const refused = refusedForm(form, error, 'shippingAddress.country')
      return showContact(request, context, cart, refused, 422)
    }
  },
)

const askShipping = checkoutStep(
  { method: 'GET', path: links.checkoutShipping, after: ['contact'] },
  (request, context, cart) => {
    const values = { shippingOptionId: cart.shippingOption?.id }
    return showShipping(request, context, cart, { values, errors: [] })
  },
)

const takeShipping = checkoutStep(
  { method: 'POST', path: links.checkoutShipping, after: ['contact'] },
  async (request, context, cart) => {
    const { shippingOptionId = '' } = request.form
    try {
      await context.calls.cart.setShippingOption({ cartId: cart.id, shippingOptionId })
      return goTo(links.checkoutPayment)
    } catch (error) {
      if (!isFailure(error, 'SHIPPING_OPTION_UNKNOWN', 'INVALID_INPUT')) throw error
      const errors = [{ field: 'shippingOptionId', message: 'Choose a delivery method' }]
      return showShipping(request, context, cart, { values: {}, errors }, 422)
    }
  },
)

const askPayment = checkoutStep(
  { method: 'GET', path: links.checkoutPayment, after: ['contact', 'shippingOption'] },
  async (request, context, cart) => {
    if (isFree(cart)) return goTo(links.checkoutReview)
    const values = { token: request.cookies[cookieNames.payment] }
    return showPayment(request, context, cart, { values, errors: [] })
  },
)

const takePayment = checkoutStep(
  { method: 'POST', path: links.checkoutPayment, after: ['contact', 'shippingOption'] },
  async (request, context, cart) => {
    if (isFree(cart)) return goTo(links.checkoutReview)
    const choice = paymentChoice(context, request.form.token)
    if (choice) return goTo(links.checkoutReview, undefined, [setCookie('payment', choice.token)])
    const errors = [{ field: 'token', message: 'Choose a payment method' }]
    return showPayment(request, context, cart, { values: {}, errors }, 422)
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
]

async function showContact(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  form: FormState,
  status = 200,
): Promise<PageReply> {
  const [{ items: countries }, saved, shipped] = await Promise.all([
    context.calls.cart.listCountries({}),
    savedAddresses(context),
    isShipped(cart, context),
  ])
  const loggedIn = context.caller.kind === 'customer'
  const page = checkoutContactPage({
    cart,
    form,
    countries,
    savedAddresses: saved,
    loggedIn,
    isShipped: shipped,
  })
  return show(request, context, page, { status })
}

async function showShipping(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  form: FormState,
  status = 200,
): Promise<PageReply> {
  const { items: options } = await context.calls.cart.listShippingOptions({ cartId: cart.id })
  // One is always chosen, so that most press one button only.
  const values = { shippingOptionId: options[0]?.id, ...onlyDefined(form.values) }
  const page = checkoutShippingPage({ cart, contact: cart.contact!, options, form: { ...form, values } })
  return show(request, context, page, { status })
}

/** The step of the payment: to choose, or to choose again when a payment was declined. */
export function showPayment(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  form: FormState,
  status = 200,
): Promise<PageReply> {
  const choices = paymentChoices(context)
  return show(request, context, checkoutPaymentPage({ cart, provider: PROVIDER, choices, form }), { status })
}

async function savedAddresses({ caller, calls }: ShopContext) {
  return caller.kind === 'customer'
    ? (await orElse(calls.accounts.listAddresses({}), { items: [] })).items
    : []
}

/** Whether any of the goods goes to an address; taken for granted where the catalogue does not answer. */
async function isShipped({ lines }: Cart, { calls }: ShopContext): Promise<boolean> {
  const variantIds = lines.map(({ variantId }) => variantId)
  const known = await orElse(calls.catalog.getVariants({ variantIds }), undefined)
  const { variants = [] } = known ?? {}
  return variants.length === 0 || variants.some((variant) => variant.requiresShipping)
}

async function emailOf({ caller, calls }: ShopContext): Promise<string | undefined> {
  return caller.kind === 'customer' ? (await orElse(calls.accounts.getMe({}), undefined))?.email : undefined
}

function onlyDefined(values: FormState['values']): FormState['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function withoutId<Saved extends { id: string }>({ id, ...address }: Saved): Omit<Saved, 'id'> {
  return address
}

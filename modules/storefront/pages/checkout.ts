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
import { redirectTo, show } from './show.ts'
import { isFailure } from './visitor.ts'

const startCheckout = checkoutStep(
  { method: 'GET', path: links.checkout, after: ['contact', 'shippingOption'] },
  async () => redirectTo(links.checkoutPayment),
)

const showContactStep = checkoutStep(
  { method: 'GET', path: links.checkoutContact },
  async (request, context, cart) => {
    const { contact } = cart
    const [saved, email] = await Promise.all([
      savedAddresses(context),
      contact?.email ?? customerEmail(context),
    ])
    const chosen = saved.find((each) => each.id === request.query.address) ?? (contact ? undefined : saved[0])
    const values: Record<string, string> = {
      email: email ?? '',
      ...addressValues(chosen ? withoutId(chosen) : contact?.shippingAddress, 'shippingAddress.'),
      ...addressValues(contact?.billingAddress, 'billingAddress.'),
      ...(contact?.billingAddress ? { differentBilling: 'yes' } : {}),
    }
    // An address may be older than the rules of its country: its errors are shown at once.
    const errors = chosen || contact ? contactErrors(values) : []
    return showContact(request, context, cart, { values, errors })
  },
)

const saveContact = checkoutStep(
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
      return redirectTo(links.checkoutShipping)
    } catch (error) {
      const refused = refusedForm(form, error, 'shippingAddress.country')
      return showContact(request, context, cart, refused, 422)
    }
  },
)

const showShippingStep = checkoutStep(
  { method: 'GET', path: links.checkoutShipping, after: ['contact'] },
  (request, context, cart) => {
    const values = { shippingOptionId: cart.shippingOption?.id }
    return showShipping(request, context, cart, { values, errors: [] })
  },
)

const saveShipping = checkoutStep(
  { method: 'POST', path: links.checkoutShipping, after: ['contact'] },
  async (request, context, cart) => {
    const { shippingOptionId = '' } = request.form
    try {
      await context.calls.cart.setShippingOption({ cartId: cart.id, shippingOptionId })
      return redirectTo(links.checkoutPayment)
    } catch (error) {
      if (!isFailure(error, 'SHIPPING_OPTION_UNKNOWN', 'INVALID_INPUT')) throw error
      const errors = [{ field: 'shippingOptionId', message: 'Choose a delivery method' }]
      return showShipping(request, context, cart, { values: {}, errors }, 422)
    }
  },
)

const showPaymentStep = checkoutStep(
  { method: 'GET', path: links.checkoutPayment, after: ['contact', 'shippingOption'] },
  async (request, context, cart) => {
    if (isFree(cart)) return redirectTo(links.checkoutReview)
    const values = { token: request.cookies[cookieNames.payment] }
    return showPayment(request, context, cart, { values, errors: [] })
  },
)

const savePayment = checkoutStep(
  { method: 'POST', path: links.checkoutPayment, after: ['contact', 'shippingOption'] },
  async (request, context, cart) => {
    if (isFree(cart)) return redirectTo(links.checkoutReview)
    const choice = paymentChoice(context, request.form.token)
    if (choice) return redirectTo(links.checkoutReview, undefined, [setCookie('payment', choice.token)])
    const errors = [{ field: 'token', message: 'Choose a payment method' }]
    return showPayment(request, context, cart, { values: {}, errors }, 422)
  },
)

export const checkoutPages = [
  startCheckout,
  showContactStep,
  saveContact,
  showShippingStep,
  saveShipping,
  showPaymentStep,
  savePayment,
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
  // The first option is preselected, so that most shoppers only press the button.
  const values = { shippingOptionId: options[0]?.id, ...withoutUndefined(form.values) }
  const page = checkoutShippingPage({ cart, contact: cart.contact!, options, form: { ...form, values } })
  return show(request, context, page, { status })
}

/** Shows the payment step. Also used by `place-order.ts`, after a payment was declined. */
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

/** Whether any of the goods are shipped. True if the catalog does not answer or no longer sells them. */
async function isShipped({ lines }: Cart, { calls }: ShopContext): Promise<boolean> {
  const variantIds = lines.map(({ variantId }) => variantId)
  const known = await orElse(calls.catalog.getVariants({ variantIds }), undefined)
  const { variants = [] } = known ?? {}
  return variants.length === 0 || variants.some((variant) => variant.requiresShipping)
}

async function customerEmail({ caller, calls }: ShopContext): Promise<string | undefined> {
  return caller.kind === 'customer' ? (await orElse(calls.accounts.getMe({}), undefined))?.email : undefined
}

function withoutUndefined(values: FormState['values']): FormState['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function withoutId<Saved extends { id: string }>({ id, ...address }: Saved): Omit<Saved, 'id'> {
  return address
}

import type { Cart } from '#modules/cart/contract.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import { addressProblems } from '#shared/address-rules.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { type PaymentChoice, testPaymentChoices } from '../views/checkout-payment-page.ts'
import { links } from '../views/links.ts'
import { cookieNames } from './cookies.ts'
import { lastOrderId } from './placed-orders.ts'
import { redirectTo } from './show.ts'
import { findCart } from './visitor.ts'

/** The only payment provider for now. */
export const PROVIDER = 'test'

/** Handles a step of the checkout. `cart` has at least one line. */
export type Step = (request: PageRequest, context: ShopContext, cart: Cart) => Promise<PageReply>

/**
 * Makes a page that is a step of the checkout. It redirects to the cart's page if the cart is empty or, for GET, has a
 * line that cannot be ordered; to the missing step if the cart is incomplete; and to the order if the cart is ordered or
 * being ordered.
 */
export function checkoutStep(
  page: Pick<ShopPage, 'method' | 'path'> & {
    /** What must be set before this step. Default: nothing. */
    after?: readonly ('contact' | 'shippingOption')[]
    /** Whether the step also accepts a cart that is being ordered (`frozen`). Default: false. */
    allowFrozen?: boolean
  },
  handle: Step,
): ShopPage {
  const { method, path, after = [], allowFrozen = false } = page
  return {
    method,
    path,
    handle: async (request, context) => {
      const cart = await findCart(request, context)
      const hasOrder = cart?.status === 'ordered' || (cart?.status === 'frozen' && !allowFrozen)
      if (hasOrder && cart.orderId) return redirectTo(placedOrderPath(cart.orderId))
      if (!cart || cart.lines.length === 0) return nothingToOrder(request, context, path)
      // Shoppers learn of missing stock early, not at the last step. Placing the order checks again.
      if (method === 'GET' && cart.lines.some(({ problem }) => problem))
        return redirectTo(links.cart, 'not-orderable')
      if (after.includes('contact') && !hasValidAddresses(cart.contact))
        return redirectTo(links.checkoutContact)
      if (after.includes('shippingOption') && !cart.shippingOption) return redirectTo(links.checkoutShipping)
      return handle(request, context, cart)
    },
  }
}

/** Whether the addresses follow the rules of their countries. The rules may be newer than the addresses. */
function hasValidAddresses(contact: Cart['contact']): boolean {
  return [contact?.shippingAddress, contact?.billingAddress ?? contact?.shippingAddress].every(
    (address) => address && addressProblems(address).length === 0,
  )
}

/**
 * Redirects to the cart. A second press of the order button is redirected to the order, because the first press has
 * ordered the cart and deleted its cookies.
 */
function nothingToOrder(request: PageRequest, context: ShopContext, path: string): PageReply {
  const placed = path === links.placeOrder && request.form.idempotencyKey ? lastOrderId(request) : undefined
  return placed ? redirectTo(placedOrderPath(placed)) : redirectToCart(request, context)
}

/**
 * Redirects to the cart's page. A form that arrives without the cart's cookie was sent by a browser that has lost the
 * cookie: a notice says so, except while the customer's session cannot be checked.
 */
export function redirectToCart(request: PageRequest, { unknownVisitor }: ShopContext): PageReply {
  const isLost =
    Object.keys(request.form).length > 0 &&
    request.cookies[cookieNames.cart] === undefined &&
    unknownVisitor === undefined
  return redirectTo(links.cart, isLost ? 'cart-lost' : undefined)
}

/** The path of the order's page that thanks the shopper: for use right after the order was placed or paid. */
export function placedOrderPath(orderId: string): string {
  return `${links.order(orderId)}?placed`
}

/** Whether there is nothing to pay. */
export function isFree({ totals }: Pick<Cart, 'totals'>): boolean {
  return totals.total.amount === 0
}

/** The payment methods on offer. */
export function paymentChoices({ services }: ShopContext): readonly PaymentChoice[] {
  return services.testPayments ? testPaymentChoices : []
}

/** The payment method with this token; undefined if it is not on offer. */
export function paymentChoice(context: ShopContext, token: string | undefined): PaymentChoice | undefined {
  return paymentChoices(context).find((choice) => choice.token === token)
}

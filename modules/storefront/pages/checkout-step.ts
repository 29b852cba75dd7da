import type { Cart } from '#modules/cart/contract.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import { addressProblems } from '#shared/address-rules.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { type PaymentChoice, testPaymentChoices } from '../views/checkout-payment-page.ts'
import { links } from '../views/links.ts'
import { cookieNames } from './cookies.ts'
import { lineProblems } from './line-problems.ts'
import { lastOrder } from './placed-orders.ts'
import { goTo } from './show.ts'
import { findCart } from './visitor.ts'

/** The one provider that there is by now. */
export const PROVIDER = 'test'

/** A cart with something in it that can be ordered. */
export type Step = (request: PageRequest, context: ShopContext, cart: Cart) => Promise<PageReply>

/**
 * A step of the checkout: only with something in the cart, and only when the steps before it are done. A cart that has
 * become an order, or is becoming one, leads to that.
 */
export function checkoutStep(
  page: Pick<ShopPage, 'method' | 'path'> & {
    after?: readonly ('contact' | 'shippingOption')[]
    /** Whether it is for carts that are becoming an order, too. */
    underWay?: boolean
  },
  handle: Step,
): ShopPage {
  const { method, path, after = [], underWay = false } = page
  return {
    method,
    path,
    handle: async (request, context) => {
      const cart = await findCart(request, context)
      const isOrder = cart?.status === 'ordered' || (cart?.status === 'frozen' && !underWay)
      if (isOrder && cart.orderId) return goTo(placedPath(cart.orderId))
      if (!cart || cart.lines.length === 0) return nothingToOrder(request, context, path)
      // What cannot be had is found out here, not at the last step; the order itself looks once more.
      if (method === 'GET' && Object.keys((await lineProblems(cart, context)).lineMessages).length > 0)
        return goTo(links.cart, 'not-orderable')
      if (after.includes('contact') && !isRight(cart.contact)) return goTo(links.checkoutContact)
      if (after.includes('shippingOption') && !cart.shippingOption) return goTo(links.checkoutShipping)
      return handle(request, context, cart)
    },
  }
}

/** An address that was set before the rules of its country is asked for again. */
function isRight(contact: Cart['contact']): boolean {
  return [contact?.shippingAddress, contact?.billingAddress ?? contact?.shippingAddress].every(
    (address) => address && addressProblems(address).length === 0,
  )
}

/** Who presses the last button twice finds the cart gone that the first press has made an order of. */
function nothingToOrder(request: PageRequest, context: ShopContext, path: string): PageReply {
  const placed = path === links.placeOrder && request.form.idempotencyKey ? lastOrder(request) : undefined
  return placed ? goTo(placedPath(placed)) : toLostCart(request, context)
}

/** The sender of a form about a cart had one. A customer whose session cannot be looked up now still has it. */
export function toLostCart(request: PageRequest, { unknownVisitor }: ShopContext): PageReply {
  const isLost =
    Object.keys(request.form).length > 0 &&
    request.cookies[cookieNames.cart] === undefined &&
    unknownVisitor === undefined
  return goTo(links.cart, isLost ? 'cart-lost' : undefined)
}

/** Where a buyer sees the order that they have just placed. */
export function placedPath(orderId: string): string {
  return `${links.order(orderId)}?placed`
}

/** Whether the order needs no payment. */
export function isFree({ totals }: Pick<Cart, 'totals'>): boolean {
  return totals.total.amount === 0
}

/** The ways to pay that are offered. */
export function paymentChoices({ services }: ShopContext): readonly PaymentChoice[] {
  return services.testPayments ? testPaymentChoices : []
}

export function paymentChoice(context: ShopContext, token: string | undefined): PaymentChoice | undefined {
  return paymentChoices(context).find((choice) => choice.token === token)
}

import type { QuoteInput } from '#modules/pricing/contract.ts'
import type { CartState } from './cart-state.ts'

type PricedCart = Pick<
  CartState,
  'currency' | 'lines' | 'contact' | 'customerId' | 'coupons' | 'shippingOptionId' | 'orderId'
>

/** What pricing must know of a cart. Give it `orderableCart()`: lines with a problem are not part of any total. */
export function quoteInputOf(cart: PricedCart): QuoteInput {
  const { contact } = cart
  return {
    currency: cart.currency,
    lines: cart.lines.map((line) => ({
      id: line.id,
      variantId: line.variantId,
      productId: line.productId ?? '',
      categories: line.categories ?? [],
      unitPrice: line.unitPrice,
      quantity: line.quantity,
      weightGrams: line.weightGrams,
      requiresShipping: line.requiresShipping,
      taxable: line.taxable,
      taxClass: line.taxClass ?? 'standard',
      shippingClass: line.shippingClass ?? '',
    })),
    address: contact && placeOf(contact.shippingAddress),
    customerId: cart.customerId,
    email: contact?.email ?? null,
    codes: cart.coupons,
    shippingOptionId: cart.shippingOptionId,
    ...(cart.orderId === null ? {} : { orderId: cart.orderId }),
  }
}

/** The part of an address that taxes and shipping depend on. */
export function placeOf({
  country,
  region,
  postalCode,
}: {
  country: string
  region?: string | undefined
  postalCode?: string | undefined
}) {
  return {
    country,
    ...(region === undefined ? {} : { region }),
    ...(postalCode === undefined ? {} : { postalCode }),
  }
}

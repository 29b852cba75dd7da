import { Failure } from '#runtime/contract/failure.ts'
import { piecesLeft } from '../rules/stock-messages.ts'
import { waitingTime } from '../rules/waiting-time.ts'
import type { NoticeKey } from './notices.ts'

/**
 * Why a change of the cart was refused, for the shopper: as text for the cart's page, and as the key of a notice for the
 * product's page. Rethrows server errors. `added` is the number of pieces that the shopper wanted to add; undefined if
 * the shopper set a quantity.
 */
export function refusalOf(error: unknown, added?: number): { text: string; notice: NoticeKey } {
  if (error instanceof Failure && error.code === 'PRICING_UNAVAILABLE')
    return { text: 'This cannot be checked at the moment. Please try again soon', notice: 'not-added' }
  if (!(error instanceof Failure) || error.status >= 500) throw error
  switch (error.code) {
    case 'OUT_OF_STOCK': {
      const { available, requested } = error.data as { available: number; requested: number }
      const inCart = added === undefined ? 0 : Math.max(0, requested - added)
      return {
        text: piecesLeft(available, inCart),
        notice: available > 0 ? `left.${available}.${inCart}` : 'sold-out',
      }
    }
    case 'CART_FULL':
      return { text: 'This is more than a cart can hold', notice: 'cart-full' }
    case 'CURRENCY_MISMATCH':
      return {
        text: 'This item is priced in a different currency from the rest of your cart',
        notice: 'other-currency',
      }
    case 'INVALID_INPUT':
      return { text: 'Enter a quantity from 1 to 999', notice: 'quantity' }
    case 'VARIANT_NOT_FOUND':
      return { text: 'This item is no longer available', notice: 'gone' }
    case 'COUPON_UNKNOWN':
      return { text: 'This coupon code is invalid or has expired', notice: 'not-added' }
    case 'COUPON_LIMIT':
      return { text: 'Your cart already has the maximum number of coupons', notice: 'not-added' }
    case 'TOO_MANY_ATTEMPTS': {
      const text = `You have tried too many codes. Try again in ${waitingTime(error.retryAfterSeconds ?? 60)}`
      return { text, notice: 'not-added' }
    }
    default:
      return { text: error.message, notice: 'not-added' }
  }
}

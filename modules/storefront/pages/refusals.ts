import { Failure } from '#runtime/contract/failure.ts'
import { piecesLeft } from '../rules/stock-messages.ts'
import { waitingTime } from '../rules/waiting-time.ts'
import type { NoticeKey } from './notices.ts'

/**
 * What a refused change of the cart means for the shopper, in words and as a notice; faults of ours go on. `added`: how
 * many pieces were to come to those in the cart; left out where a quantity was set.
 */
export function refusalOf(error: unknown, added?: number): { text: string; notice: NoticeKey } {
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
      return { text: 'That is more than one cart can hold', notice: 'cart-full' }
    case 'CURRENCY_MISMATCH':
      return {
        text: 'Its price is in a different currency from the rest of your cart',
        notice: 'other-currency',
      }
    case 'INVALID_INPUT':
      return { text: 'Choose a quantity from 1 to 999', notice: 'quantity' }
    case 'VARIANT_NOT_FOUND':
      return { text: 'This is no longer available', notice: 'gone' }
    case 'TOO_MANY_ATTEMPTS': {
      const text = `Too many codes were tried. Try again in ${waitingTime(error.retryAfterSeconds ?? 60)}`
      return { text, notice: 'not-added' }
    }
    default:
      return { text: error.message, notice: 'not-added' }
  }
}

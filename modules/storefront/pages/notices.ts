import { piecesLeft } from '../rules/stock-messages.ts'
import type { Notice } from '../views/notice-bar.ts'

const success = (text: string): Notice => ({ kind: 'success', text })
const problem = (text: string): Notice => ({ kind: 'problem', text })

/** Notices by key. The cookie holds the key, not the text, so that a forged cookie cannot show a text of its own. */
export const notices = {
  added: success('Added to your cart.'),
  updated: success('Cart updated.'),
  removed: success('Removed from your cart.'),
  'coupon-added': success('Coupon applied.'),
  'coupon-removed': success('Coupon removed.'),
  'logged-out': success('You are logged out.'),
  saved: success('Address saved.'),
  'name-saved': success('Name saved.'),
  'password-changed': success(
    'Your password has been changed. You have been logged out on all other devices.',
  ),
  'address-removed': success('Address removed.'),
  cancelled: success('Your order is cancelled.'),
  registered: success(
    'We have sent you an email with a link to confirm your address. Orders placed with this address will then appear in your account.',
  ),
  verified: success('Your email address is confirmed.'),
  'cart-ended': problem('Your cart is no longer available: it has expired, or it was moved to an account.'),
  'cart-lost': problem(
    'We could not find your cart, so nothing was saved or ordered. Your browser may have deleted its cookies.',
  ),
  'cart-changed': problem('Your cart has changed, so your order was not placed. Please check your cart.'),
  'not-orderable': problem('Some items in your cart cannot be ordered. Change or remove them to check out.'),
  restored: success('The items of your order are back in your cart.'),
  'restored-partly': problem(
    'Some items of your order could not be added to your cart: they are sold out, or not enough are left.',
  ),
  'still-waiting': problem('The bank has not answered yet. We keep checking.'),
  'order-log-in': problem(
    'Log in to see this order. If you ordered as a guest, use the link in the email about your order.',
  ),
  'not-cancellable': problem('This order has already been shipped and cannot be cancelled.'),
  'sold-out': problem('Sold out.'),
  'cart-full': problem('This is more than a cart can hold.'),
  'other-currency': problem('This item is priced in a different currency from the rest of your cart.'),
  quantity: problem('Enter a quantity from 1 to 999.'),
  gone: problem('This item is no longer available.'),
  choose: problem('Please choose an available combination of options.'),
  'not-added': problem('We could not add this item to your cart. Please try again.'),
} satisfies Record<string, Notice>

/** `left.3.2` means: only 3 pieces are left, and 2 of them are in the cart. */
export type NoticeKey = keyof typeof notices | `left.${number}.${number}`

/** The notice for the key in the cookie; undefined without a key and for unknown keys. */
export function noticeOf(key: string | undefined): Notice | undefined {
  const [, left, inCart] = /^left\.(\d{1,9})\.(\d{1,9})$/.exec(key ?? '') ?? []
  if (left !== undefined) return problem(`${piecesLeft(Number(left), Number(inCart))}.`)
  return key !== undefined && Object.hasOwn(notices, key) ? notices[key as keyof typeof notices] : undefined
}

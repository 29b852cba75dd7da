import { piecesLeft } from '../rules/stock-messages.ts'
import type { Notice } from '../views/notice-bar.ts'

const success = (text: string): Notice => ({ kind: 'success', text })
const problem = (text: string): Notice => ({ kind: 'problem', text })

/** What a page may tell of what was done before it, by the key that a cookie holds: it never brings text of its own. */
export const notices = {
  added: success('Added to your cart.'),
  updated: success('Cart updated.'),
  removed: success('Removed from your cart.'),
  'coupon-added': success('Coupon applied.'),
  'coupon-removed': success('Coupon removed.'),
  'logged-out': success('You are logged out.'),
  saved: success('Address saved.'),
  'name-saved': success('Name saved.'),
  'password-changed': success('Your password is changed. You have been logged out everywhere else.'),
  'address-removed': success('Address removed.'),
  cancelled: success('Your order is cancelled.'),
  registered: success(
    'We have sent you an email: open its link to confirm your address. Orders made with it are in your account then.',
  ),
  verified: success('Your email address is confirmed.'),
  'cart-ended': problem(
    'Your cart is not here any more: it was not used for a long time, or it is in an account now.',
  ),
  'cart-lost': problem(
    'Your browser has lost your cart, so nothing was saved or ordered. Perhaps its cookies were deleted.',
  ),
  'cart-changed': problem('Your cart has changed, so nothing was ordered. Please check it again.'),
  'not-orderable': problem(
    'Some of your items cannot be ordered as they are. Change or remove them to go to the checkout.',
  ),
  restored: success('The items of your order are back in your cart.'),
  'restored-partly': problem(
    'Not all items of your order are in your cart again: some are sold out, or fewer are left.',
  ),
  'still-waiting': problem('The bank has not answered yet. We keep checking.'),
  'order-log-in': problem(
    'Log in to see this order. If you ordered as a guest, use the link in the email about your order.',
  ),
  'not-cancellable': problem('The order has already been shipped and cannot be cancelled.'),
  'sold-out': problem('Sold out.'),
  'cart-full': problem('That is more than one cart can hold.'),
  'other-currency': problem('Its price is in a different currency from the rest of your cart.'),
  quantity: problem('Choose a quantity from 1 to 999.'),
  gone: problem('This is no longer available.'),
  choose: problem('Choose one of each option.'),
  'not-added': problem('It could not be added to your cart. Please try again.'),
} satisfies Record<string, Notice>

/** `left.3.2`: only 3 pieces are left, and the cart has 2 of them. */
export type NoticeKey = keyof typeof notices | `left.${number}.${number}`

/** The notice of a key that came with a request. */
export function noticeOf(key: string | undefined): Notice | undefined {
  const [, left, inCart] = /^left\.(\d{1,9})\.(\d{1,9})$/.exec(key ?? '') ?? []
  if (left !== undefined) return problem(`${piecesLeft(Number(left), Number(inCart))}.`)
  return key !== undefined && Object.hasOwn(notices, key) ? notices[key as keyof typeof notices] : undefined
}

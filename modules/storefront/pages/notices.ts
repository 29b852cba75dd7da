import type { Notice } from '../views/notice-bar.ts'

const success = (text: string): Notice => ({ kind: 'success', text })
const problem = (text: string): Notice => ({ kind: 'problem', text })

/** What a page may tell of what was done before it, by the key that a cookie holds: it never brings text of its own. */
export const notices = {
  added: success('It is in your cart.'),
  updated: success('Your cart is up to date.'),
  removed: success('It is out of your cart.'),
  'coupon-added': success('The coupon counts.'),
  'coupon-removed': success('The coupon is removed.'),
  'logged-out': success('You are logged out.'),
  saved: success('The address is saved.'),
  'address-removed': success('The address is removed.'),
  cancelled: success('The order is cancelled.'),
  verified: success('Your e-mail address is confirmed.'),
  'cart-ended': problem('Your cart was not used for a long time and has ended.'),
  'in-checkout': problem(
    'The order for your cart waits for its payment. Finish or cancel it here before you change the cart.',
  ),
  'still-waiting': problem('The bank has not answered yet. We keep asking.'),
  'not-cancellable': problem('The order is on its way already and cannot be cancelled any more.'),
} satisfies Record<string, Notice>

export type NoticeKey = keyof typeof notices

/** The notice of a key that came with a request. */
export function noticeOf(key: string | undefined): Notice | undefined {
  return key !== undefined && Object.hasOwn(notices, key) ? notices[key as NoticeKey] : undefined
}

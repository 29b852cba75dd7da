/** The paths of the shop's pages and forms. Handles, ids and queries are encoded. */
export const links = {
  home: '/',
  search: '/search',
  cart: '/cart',
  addToCart: '/cart/lines',
  checkout: '/checkout',
  checkoutContact: '/checkout/contact',
  checkoutShipping: '/checkout/shipping',
  checkoutPayment: '/checkout/payment',
  checkoutReview: '/checkout/review',
  /** The same path as `checkout`: GET starts the checkout, POST places the order. */
  placeOrder: '/checkout',
  account: '/account',
  login: '/account/login',
  register: '/account/register',
  logout: '/account/logout',
  addresses: '/account/addresses',
  details: '/account/details',
  password: '/account/details/password',
  passwordReset: '/account/password-reset',
  newPassword: '/account/password-reset/confirm',
  verify: '/account/verify',
  mailbox: '/mailbox',
  apiDocs: '/api/docs',
  category: (handle: string) => `/categories/${encodeURIComponent(handle)}`,
  product: (handle: string) => `/products/${encodeURIComponent(handle)}`,
  order: (orderId: string) => `/orders/${encodeURIComponent(orderId)}`,
  cancelOrder: (orderId: string) => `/orders/${encodeURIComponent(orderId)}/cancel`,
  checkOrder: (orderId: string) => `/orders/${encodeURIComponent(orderId)}/check`,
  restoreOrder: (orderId: string) => `/orders/${encodeURIComponent(orderId)}/restore`,
  accountOrder: (orderId: string) => `/account/orders/${encodeURIComponent(orderId)}`,
  address: (addressId: string) => `/account/addresses/${encodeURIComponent(addressId)}`,
  removeAddress: (addressId: string) => `/account/addresses/${encodeURIComponent(addressId)}/remove`,
  mail: (mailId: string) => `/mailbox/${encodeURIComponent(mailId)}`,
  searchFor: (query: string) => `/search?q=${encodeURIComponent(query)}`,
}

/** The login page, which redirects to a path of the shop after the login. */
export function loginFor(next: string): string {
  return `${links.login}?next=${encodeURIComponent(next)}`
}

/** The page to create an account, which redirects to a path of the shop afterwards. */
export function registerFor(next: string): string {
  return `${links.register}?next=${encodeURIComponent(next)}`
}

/**
 * The page to create an account, filled in with the name and email address of a guest's order. It redirects to the
 * order.
 */
export function registerWith(orderId: string): string {
  return `${registerFor(links.order(orderId))}&order=${encodeURIComponent(orderId)}`
}

/**
 * Checks a URL from outside of the shop, such as that of a payment provider's page, before it becomes a link. Returns
 * paths and http(s) URLs unchanged, and undefined for everything else, such as `javascript:`.
 */
export function webUrl(url: string): string | undefined {
  return /^(?:https?:\/\/|\/(?!\/))/i.test(url) ? url : undefined
}

/** The addresses of the shop's pages and forms, in one place. Names and ids are encoded for the path. */
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

/** The log-in, which leads on to a path of the shop. */
export function loginFor(next: string): string {
  return `${links.login}?next=${encodeURIComponent(next)}`
}

/** The page to create an account, which leads on to a path of the shop. */
export function registerFor(next: string): string {
  return `${links.register}?next=${encodeURIComponent(next)}`
}

/** The page to create an account with the name and address of a guest's order, which leads back to it. */
export function registerWith(orderId: string): string {
  return `${registerFor(links.order(orderId))}&order=${encodeURIComponent(orderId)}`
}

/**
 * An address from outside this code, such as a payment provider's page, if it leads to the web: a path of ours or
 * an http(s) address. Undefined for anything else, `javascript:` for instance.
 */
export function webAddress(address: string): string | undefined {
  return /^(?:https?:\/\/|\/(?!\/))/i.test(address) ? address : undefined
}

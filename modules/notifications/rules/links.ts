import type { Order } from '#modules/orders/contract.ts'

// Links to pages of the shop, for emails. `publicUrl` has no slash at the end.

/** The link to an order: a guest's with the key that opens it on any device, a customer's in the account. */
export function orderLink(
  publicUrl: string,
  { id, customerId }: Pick<Order, 'id' | 'customerId'>,
  key: string,
): string {
  return customerId === null
    ? `${publicUrl}/orders/${encodeURIComponent(id)}?key=${encodeURIComponent(key)}`
    : `${publicUrl}/account/orders/${encodeURIComponent(id)}`
}

export function verificationLink(publicUrl: string, token: string): string {
  return `${publicUrl}/account/verify?token=${encodeURIComponent(token)}`
}

/** The page on which the token of a password reset sets a new password. */
export function newPasswordLink(publicUrl: string, token: string): string {
  return `${publicUrl}/account/password-reset/new?token=${encodeURIComponent(token)}`
}

export function loginLink(publicUrl: string): string {
  return `${publicUrl}/account/login`
}

/** The page on which a shopper requests a password reset. */
export function passwordResetRequestLink(publicUrl: string): string {
  return `${publicUrl}/account/password-reset`
}

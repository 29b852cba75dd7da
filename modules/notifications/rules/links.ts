/** The shop's pages that mails point to. `publicUrl` has no slash at the end. */
export function orderLink(publicUrl: string, orderId: string): string {
  return `${publicUrl}/orders/${encodeURIComponent(orderId)}`
}

export function verificationLink(publicUrl: string, token: string): string {
  return `${publicUrl}/account/verify?token=${encodeURIComponent(token)}`
}

export function newPasswordLink(publicUrl: string, token: string): string {
  return `${publicUrl}/account/password-reset/new?token=${encodeURIComponent(token)}`
}

export function loginLink(publicUrl: string): string {
  return `${publicUrl}/account/login`
}

export function passwordResetLink(publicUrl: string): string {
  return `${publicUrl}/account/password-reset`
}

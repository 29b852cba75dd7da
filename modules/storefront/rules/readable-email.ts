import { domainToUnicode } from 'node:url'

/** An email address with its domain in Unicode: the stored `user@xn--mnchen-3ya.test` becomes `user@münchen.test`. */
export function readableEmail(email: string): string {
  const domainAt = email.lastIndexOf('@') + 1
  // Empty for an invalid domain, which is shown as it is.
  const domain = domainToUnicode(email.slice(domainAt)) || email.slice(domainAt)
  return email.slice(0, domainAt) + domain
}

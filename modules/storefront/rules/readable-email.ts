import { domainToUnicode } from 'node:url'

/** An address as people write it: `user@xn--mnchen-3ya.test`, which is how it is kept, is `user@münchen.test`. */
export function readableEmail(email: string): string {
  const domainAt = email.lastIndexOf('@') + 1
  // What stands for no text is left as it is.
  const domain = domainToUnicode(email.slice(domainAt)) || email.slice(domainAt)
  return email.slice(0, domainAt) + domain
}

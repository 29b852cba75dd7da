import { isEmail } from './text.ts'

/**
 * An address as it is kept, sent to and compared with: its domain in ASCII (IDNA), as mail servers and browsers write
 * it: `user@münchen.test` is `user@xn--mnchen-3ya.test`. The local part stays as it is: it means what its mail server says.
 * Undefined when the domain is none, or the whole is no `Email` then.
 */
export function asciiEmail(typed: string): string | undefined {
  const domainAt = typed.lastIndexOf('@') + 1
  const domain = typed.slice(domainAt)
  const ascii = isAscii(domain) ? domain : asciiDomain(domain)
  const email = typed.slice(0, domainAt) + ascii
  return isEmail(email) ? email : undefined
}

/**
 * The form that addresses are compared in. Whole addresses in lower case: no mail service that people use tells
 * `Ada@example.com` from `ada@example.com`, and two accounts for them would only confuse their owner.
 */
export function emailKey(email: string): string {
  return (asciiEmail(email) ?? email).normalize('NFC').toLowerCase()
}

/** The failure of a method that takes a `TypedEmail`. */
export const emailInvalid = {
  status: 422,
  summary: 'The part of the e-mail address after the @ is not an internet domain.',
} as const

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}

/** By the URL Standard, which is what browsers do with `input type=email`; empty when the domain is none. */
function asciiDomain(domain: string): string {
  const hasOnlyLabels = /^[^\0-,/:-@[-`{-\x7f]+$/.test(domain)
  return hasOnlyLabels && URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : ''
}

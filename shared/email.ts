import { isEmail } from './text.ts'

/**
 * Converts the domain of an email address to ASCII (IDNA), the form to store, compare and send to: `user@münchen.test`
 * becomes `user@xn--mnchen-3ya.test`. It leaves the local part unchanged, because only its mail server can interpret
 * it. Returns undefined when the domain is invalid, or when the result is not an `Email`.
 */
export function asciiEmail(typed: string): string | undefined {
  const domainAt = typed.lastIndexOf('@') + 1
  const domain = typed.slice(domainAt)
  const ascii = isAscii(domain) ? domain : asciiDomain(domain)
  const email = typed.slice(0, domainAt) + ascii
  return isEmail(email) ? email : undefined
}

/**
 * The key to compare email addresses by: the whole address in lower case with an ASCII domain. Common mail services
 * treat `Ada@example.com` and `ada@example.com` as one mailbox, and two accounts for it would confuse their owner.
 */
export function emailKey(email: string): string {
  return (asciiEmail(email) ?? email).normalize('NFC').toLowerCase()
}

/** The failure of methods with a `TypedEmail` in their input. */
export const emailInvalid = {
  status: 422,
  summary: 'The part of the email address after the @ is not a valid domain.',
} as const

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}

/**
 * Converts as browsers do for `input type=email`, according to the URL Standard. Returns an empty text for an invalid
 * domain.
 */
function asciiDomain(domain: string): string {
  // Of ASCII only letters, digits, hyphens and dots: a slash or colon would begin another part of the URL
  const hasOnlyLabels = /^[^\0-,/:-@[-`{-\x7f]+$/.test(domain)
  return hasOnlyLabels && URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : ''
}

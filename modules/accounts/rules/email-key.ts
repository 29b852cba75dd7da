/**
 * The form that addresses are compared in. Whole addresses in lower case: no mail service that people use tells
 * `Ada@example.com` from `ada@example.com`, and two accounts for them would only confuse their owner.
 */
export function emailKey(email: string): string {
  return email.normalize('NFC').toLowerCase()
}

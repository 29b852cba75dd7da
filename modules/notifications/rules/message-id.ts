/**
 * The Message-ID (RFC 5322) of a message: always the same, so that a mail that is sent twice can be told from two
 * mails. `from` is a sender such as `Pando <shop@example.com>`.
 */
export function messageIdOf(id: string, from: string): string {
  const domain = /@([a-zA-Z0-9.-]+)/.exec(from)?.[1] ?? 'localhost'
  return `<${id}@${domain}>`
}

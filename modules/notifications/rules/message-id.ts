/**
 * The Message-ID (RFC 5322) of a message. It is always the same, so that mail systems recognise a message that is sent
 * twice. `from` is a sender such as `Pando <shop@example.com>`.
 */
export function messageIdOf(id: string, from: string): string {
  const domain = /@([a-zA-Z0-9.-]+)/.exec(from)?.[1] ?? 'localhost'
  return `<${id}@${domain}>`
}

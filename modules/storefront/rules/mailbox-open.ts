export type MailboxSettings = {
  mode: 'on' | 'off' | 'auto'
  /** Set if the shop sends its emails. Undefined if they stay in the mailbox. */
  smtpUrl: string | undefined
  /** The IP address or host name on which the shop listens. */
  host: string
  publicUrl: string
}

/**
 * Whether the mailbox is served. Its emails hold links that reset passwords, so `auto` opens it only if no other
 * machine can reach the shop.
 */
export function isMailboxOpen({ mode, smtpUrl, host, publicUrl }: MailboxSettings): boolean {
  if (smtpUrl || mode === 'off') return false
  return mode === 'on' || (isThisMachine(host) && isThisMachine(new URL(publicUrl).hostname))
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

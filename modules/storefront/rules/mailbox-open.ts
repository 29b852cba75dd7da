export type MailboxSettings = {
  mode: 'on' | 'off' | 'auto'
  /** Set when mails are sent instead of kept. */
  smtpUrl: string | undefined
  /** Address that the shop listens on. */
  host: string
  publicUrl: string
}

/**
 * Whether the page with everybody's mails is served: it shows links that reset passwords, so it is for the machine
 * that the shop is developed on, and closed as soon as anybody else could reach it.
 */
export function isMailboxOpen({ mode, smtpUrl, host, publicUrl }: MailboxSettings): boolean {
  if (smtpUrl || mode === 'off') return false
  return mode === 'on' || (isThisMachine(host) && isThisMachine(new URL(publicUrl).hostname))
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

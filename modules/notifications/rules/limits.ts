/** Mails of one kind that an address gets in an hour, of those that anybody can cause by typing it. */
export const ACCOUNT_MAILS_PER_HOUR = 5

/** How long the bodies of messages are kept. */
export const BODIES_MS = 30 * 24 * 3_600_000

/**
 * How many messages are sent at once: at a tenth of a second each that is 80 a second. Mail servers commonly let one client
 * have ten connections or more.
 */
export const SMTP_CONNECTIONS = 8

/** Mails of one kind that an address gets in an hour, of those that anybody can cause by typing it. */
export const ACCOUNT_MAILS_PER_HOUR = 5

/** How long the bodies of messages are kept. */
export const BODIES_MS = 30 * 24 * 3_600_000

/** How many messages are sent at once. */
export const SMTP_CONNECTIONS = 4

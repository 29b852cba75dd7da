/** Emails of one kind to one address per hour, for emails that strangers can trigger by typing the address. */
export const ACCOUNT_MAILS_PER_HOUR = 5

/** How long message bodies are stored. */
export const BODY_RETENTION_MS = 30 * 24 * 3_600_000

/**
 * Messages sent in parallel. At 0.1 s per message that is 80 messages per second. Mail servers commonly allow a client
 * ten connections or more.
 */
export const SMTP_CONNECTIONS = 8

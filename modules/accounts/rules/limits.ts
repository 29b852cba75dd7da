const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** An unused session ends after this time. */
export const SESSION_MS = 30 * DAY_MS
/** Minimum time between two updates of a session's last use, to save writes. */
export const SESSION_TOUCH_MS = HOUR_MS
/** The same for a staff member's API key. */
export const STAFF_TOUCH_MS = 60_000

/** A registration repeated within this time of the account's creation counts as the same form, and sends no email. */
export const REPEATED_FORM_MS = 10 * 60_000

export const VERIFICATION_TOKEN_MS = 7 * DAY_MS
export const PASSWORD_RESET_TOKEN_MS = HOUR_MS

/** How long a device stays known after the log-in or password reset that made it known. */
export const DEVICE_MS = 180 * DAY_MS

/** Saved postal addresses per account. The table's check constraint and the contract's ADDRESS_LIMIT have this number too. */
export const MAX_ADDRESSES = 50

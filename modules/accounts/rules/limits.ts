const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** An unused session ends after this time. */
export const SESSION_MS = 30 * DAY_MS
/** Minimum time between two updates of a session's last use, to save writes. */
export const SESSION_TOUCH_MS = HOUR_MS
/** The same for a staff member's API key. */
export const STAFF_TOUCH_MS = 60_000

/** A repeated registration within this time counts as the same form sent twice, and sends no second email. */
export const REPEATED_FORM_MS = 10 * 60_000

export const VERIFICATION_TOKEN_MS = 7 * DAY_MS
export const PASSWORD_RESET_TOKEN_MS = HOUR_MS

/** How long a device stays known after a log-in. */
export const DEVICE_MS = 180 * DAY_MS

export const MAX_ADDRESSES = 50

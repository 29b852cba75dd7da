const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A session ends when it was not used for so long. */
export const SESSION_MS = 30 * DAY_MS
/** How stale the record of a session's last use may be: its use writes to the database this often at most. */
export const SESSION_TOUCH_MS = HOUR_MS
/** The same for the key of a staff member. */
export const STAFF_TOUCH_MS = 60_000

/** A registration that comes again within this time is the same form once more, and gets no second mail. */
export const REPEATED_FORM_MS = 10 * 60_000

export const VERIFICATION_TOKEN_MS = 7 * DAY_MS
export const PASSWORD_RESET_TOKEN_MS = HOUR_MS

/** How long a device is known after a log-in. */
export const DEVICE_MS = 180 * DAY_MS

export const MAX_ADDRESSES = 50

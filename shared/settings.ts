/** The check of a setting that turns something on or off: returns what is wrong with the value, if anything. */
export const onOrOff = (value: string): string | undefined =>
  value === 'on' || value === 'off' ? undefined : 'is not one of on, off'

/**
 * Settings that several modules read. Each of them declares this same object, so that a setting has one meaning and one
 * check.
 */
export const commonSettings = {
  PANDO_TEST_PAYMENTS: {
    summary: 'Offer the built-in payment provider `test`, which moves no money: set `off` in production',
    default: 'on',
    check: onOrOff,
  },
  SMTP_URL: {
    summary:
      'Mail server, such as smtps://user:password@mail.example.com. Unset: emails are only stored in the mailbox',
    secret: true,
    check: (value: string) => {
      const url = URL.parse(value)
      if (url && /^smtps?:$/.test(url.protocol) && url.hostname) return undefined
      return 'must be like smtp://user:password@host:587 or smtps://user:password@host'
    },
  },
} as const

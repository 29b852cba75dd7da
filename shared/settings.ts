/** Settings that several modules read. Each declares this very object, so that it means the same and is checked in all. */
export const commonSettings = {
  PANDO_TEST_PAYMENTS: {
    summary: 'whether the built-in provider `test` is offered, which moves no money: set `off` in production',
    default: 'on',
    check: (value: string) => (value === 'on' || value === 'off' ? undefined : 'must be `on` or `off`'),
  },
  SMTP_URL: {
    summary:
      'Mail server, such as smtps://user:password@mail.example.com. Without it mails stay in the mailbox',
    secret: true,
    check: (value: string) => {
      const url = URL.parse(value)
      if (url && /^smtps?:$/.test(url.protocol) && url.hostname) return undefined
      return 'must be like smtp://user:password@host:587 or smtps://user:password@host'
    },
  },
} as const

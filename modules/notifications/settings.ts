import type { Setting } from '#runtime/module/define.ts'

export const settings: Record<'SMTP_URL' | 'MAIL_FROM', Setting> = {
  SMTP_URL: {
    summary:
      'Mail server, such as smtps://user:password@mail.example.com. Without it mails stay in the mailbox',
    secret: true,
    check: (value) => {
      if (URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol) && new URL(value).hostname)
        return undefined
      return 'must be like smtp://user:password@host:587 or smtps://user:password@host'
    },
  },
  MAIL_FROM: {
    summary: 'Sender of all mails',
    default: 'Pando <shop@localhost>',
    check: (value) =>
      /^(?:[^<>@\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(value)
        ? undefined
        : 'must be like "Shop <shop@example.com>" or "shop@example.com"',
  },
}

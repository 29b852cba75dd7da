import type { Setting } from '#runtime/module/define.ts'
import { commonSettings } from '#shared/settings.ts'

export const settings: Record<'SMTP_URL' | 'MAIL_FROM', Setting> = {
  SMTP_URL: commonSettings.SMTP_URL,
  MAIL_FROM: {
    summary: 'Sender of all emails',
    default: 'Pando <shop@localhost>',
    check: (value) =>
      /^(?:[^<>@\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(value)
        ? undefined
        : 'must be like "Shop <shop@example.com>" or "shop@example.com"',
  },
}

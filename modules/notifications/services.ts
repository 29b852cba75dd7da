import type { SetupContext } from '#runtime/module/define.ts'
import { openSmtp, type Smtp } from './smtp.ts'

export interface Services {
  publicUrl: string
  /** Opens a connection to the mail server; undefined when none is configured. */
  openSmtp: (() => Smtp) | undefined
}

export function createServices({ settings, publicUrl }: SetupContext): Services {
  const { SMTP_URL: url, MAIL_FROM: from } = settings
  return { publicUrl, openSmtp: url ? () => openSmtp(url, from ?? 'shop@localhost') : undefined }
}

import type { SetupContext } from '#runtime/module/define.ts'
import type { Smtp } from './smtp.ts'

export interface Services {
  publicUrl: string
  /** Opens connections to the mail server; undefined when none is configured. */
  openSmtp: (() => Promise<Smtp>) | undefined
}

export function createServices({ settings, publicUrl }: SetupContext): Services {
  const { SMTP_URL: url, MAIL_FROM: from = '' } = settings
  return { publicUrl, openSmtp: url ? openLazily(url, from) : undefined }
}

// nodemailer takes 27 MB and a sixth of a second to load: only who sends pays for it.
function openLazily(url: string, from: string): () => Promise<Smtp> {
  return async () => (await import('./smtp.ts')).openSmtp(url, from)
}

import type { SetupContext } from '#runtime/module/define.ts'
import type { Smtp } from './smtp.ts'

export interface Services {
  publicUrl: string
  /** Opens connections to the mail server; undefined if no mail server is configured. */
  openSmtp: (() => Promise<Smtp>) | undefined
}

export function createServices({ settings, publicUrl }: SetupContext): Services {
  const { SMTP_URL: url, MAIL_FROM: from } = settings
  return { publicUrl, openSmtp: url ? openLazily(url, from!) : undefined }
}

// nodemailer takes 27 MB and 170 ms to load, so only processes that send emails load it.
function openLazily(url: string, from: string): () => Promise<Smtp> {
  return async () => (await import('./smtp.ts')).openSmtp(url, from)
}

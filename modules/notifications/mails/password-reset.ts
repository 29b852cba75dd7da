import { html } from '#runtime/html/html.ts'
import { newPasswordLink } from '../rules/links.ts'
import { button, note, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** The link to set a new password. */
export function passwordResetMail(token: string, publicUrl: string): Mail {
  const heading = 'Set a new password'
  const intro =
    'Someone asked for a new password for the account with this email address. If it was you, set it here.'
  const limit = 'The link works once, within an hour. You will be logged out on all devices.'
  const warning = 'If it was not you, you do not need to do anything: your password stays the same.'
  const link = newPasswordLink(publicUrl, token)
  return writeMail({
    subject: 'Set a new password',
    paragraphs: [heading, intro, `Set a new password:\n${link}`, limit, warning],
    body: html`${title(heading)}
${paragraph(intro)}
${button(link, 'Set a new password')}
${note(`${limit} ${warning}`)}`,
  })
}

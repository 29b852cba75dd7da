import { html } from '#runtime/html/html.ts'
import { newPasswordLink } from '../rules/links.ts'
import { button, paragraph, smallPrint, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** Sends the link to set a new password. */
export function passwordResetMail(token: string, publicUrl: string): Mail {
  const heading = 'Set a new password'
  const intro =
    'We received a request for a new password for the account with this email address. If it was you, set the new password here.'
  const validity =
    'The link works once and is valid for one hour. A new password logs you out on all devices.'
  const warning = 'If you did not make this request, you can ignore this email: your password stays the same.'
  const link = newPasswordLink(publicUrl, token)
  return writeMail({
    subject: 'Set a new password',
    paragraphs: [heading, intro, `Set a new password:\n${link}`, validity, warning],
    body: html`${title(heading)}
${paragraph(intro)}
${button(link, 'Set a new password')}
${smallPrint(`${validity} ${warning}`)}`,
  })
}

import { html } from '#runtime/http/html.ts'
import { newPasswordLink } from '../rules/links.ts'
import { button, note, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** The link to set a new password. */
export function passwordResetMail(token: string, publicUrl: string): Mail {
  const heading = 'Set a new password'
  const intro =
    'Somebody asked for a new password for the account with this e-mail address. If it was you, set it here.'
  const limit = 'The link works once, within an hour. All devices are logged out then.'
  const warning = 'If it was not you, you need not do anything: the password stays as it is.'
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

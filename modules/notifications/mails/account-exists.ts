import { html } from '#runtime/html/html.ts'
import { loginLink, passwordResetRequestLink } from '../rules/links.ts'
import { button, paragraph, smallPrint, title } from './parts.ts'
import { styles } from './styles.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** Informs the owner of an account that its email address was used to register again. */
export function accountExistsMail(publicUrl: string): Mail {
  const heading = 'You already have an account'
  const intro =
    'Someone tried to create an account with this email address, but it already has one. If it was you, log in, or set a new password if you have forgotten yours.'
  const warning =
    'If it was not you, you can ignore this email: your account has not changed, and nobody else has access to it.'
  const login = loginLink(publicUrl)
  const reset = passwordResetRequestLink(publicUrl)
  return writeMail({
    subject: 'You already have an account',
    paragraphs: [heading, intro, `Log in:\n${login}`, `Set a new password:\n${reset}`, warning],
    body: html`${title(heading)}
${paragraph(intro)}
${button(login, 'Log in')}
<p style="${styles.paragraph}"><a href="${reset}" style="${styles.link}">Set a new password</a></p>
${smallPrint(warning)}`,
  })
}

import { html } from '#runtime/html/html.ts'
import { verificationLink } from '../rules/links.ts'
import { button, paragraph, smallPrint, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/**
 * Asks the owner of a mailbox to confirm a new account. It does not contain the name of the account, so that strangers
 * cannot use it to send texts of their own.
 */
export function confirmAddressMail(token: string, publicUrl: string): Mail {
  const heading = 'Confirm your email address'
  const intro =
    'An account was created with this email address. If you created it, please confirm that the address is yours.'
  const validity = 'The link is valid for seven days.'
  const warning =
    'If you did not create it, please do not follow the link, because the account is not yours. You can ignore this email.'
  const link = verificationLink(publicUrl, token)
  return writeMail({
    subject: 'Confirm your email address',
    paragraphs: [heading, intro, `Confirm my address:\n${link}`, validity, warning],
    body: html`${title(heading)}
${paragraph(intro)}
${button(link, 'Confirm my address')}
${smallPrint(`${validity} ${warning}`)}`,
  })
}

import { html } from '#runtime/html/html.ts'
import { verificationLink } from '../rules/links.ts'
import { button, note, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/**
 * Asks the owner of a mailbox to confirm a new account. It does not repeat the name that was typed: a stranger may
 * have typed it, to have us send his words.
 */
export function confirmAddressMail(token: string, publicUrl: string): Mail {
  const heading = 'Confirm your email address'
  const intro =
    'An account was created with this email address. If it was you, please confirm that the address is yours.'
  const limit = 'The link works for seven days.'
  const warning =
    'If it was not you, do not follow the link: it would confirm someone else’s account. You do not need to do anything.'
  const link = verificationLink(publicUrl, token)
  return writeMail({
    subject: 'Confirm your email address',
    paragraphs: [heading, intro, `Confirm my address:\n${link}`, limit, warning],
    body: html`${title(heading)}
${paragraph(intro)}
${button(link, 'Confirm my address')}
${note(`${limit} ${warning}`)}`,
  })
}

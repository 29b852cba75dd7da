import { html } from '#runtime/http/html.ts'
import { verificationLink } from '../rules/links.ts'
import { button, note, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/**
 * Asks the owner of a mailbox to confirm a new account. It does not repeat the name that was typed: a stranger may
 * have typed it, to have us send his words.
 */
export function confirmAddressMail(token: string, publicUrl: string): Mail {
  const heading = 'Is this your address?'
  const intro =
    'An account was made with this e-mail address. If it was you, confirm that the address is yours.'
  const limit = 'The link works for seven days.'
  const warning =
    'If it was not you, do not follow the link: you would confirm a stranger’s account. You need not do anything.'
  const link = verificationLink(publicUrl, token)
  return writeMail({
    subject: 'Confirm your e-mail address',
    paragraphs: [heading, intro, `Confirm the address:\n${link}`, limit, warning],
    body: html`${title(heading)}
${paragraph(intro)}
${button(link, 'Confirm the address')}
${note(`${limit} ${warning}`)}`,
  })
}

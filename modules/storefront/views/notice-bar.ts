import { type Html, html } from '#runtime/html/html.ts'
import { icons } from './icons.ts'

/** A message above a page: what was done, or what could not be done and why. */
export type Notice = {
  kind: 'success' | 'problem' | 'note'
  text: string
  link?: { href: string; text: string } | undefined
}

/** Renders a notice. A screen reader announces a problem at once, and a success or note when it is idle. */
export function noticeBar(notice: Notice): Html {
  const problem = notice.kind === 'problem'
  const icon = notice.kind === 'success' ? icons.check : icons.warning
  return html`<div class="notice notice-${notice.kind}" role="${problem ? 'alert' : 'status'}"><div class="width">
${icon}<p>${notice.text}${notice.link && html` <a href="${notice.link.href}">${notice.link.text}</a>`}</p>
</div></div>`
}

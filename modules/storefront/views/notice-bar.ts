import { type Html, html } from '#runtime/http/html.ts'
import { icons } from './icons.ts'

/** Something to tell the visitor once: what was done, or what could not be done and why. */
export type Notice = {
  kind: 'success' | 'problem'
  text: string
  link?: { href: string; text: string } | undefined
}

/** A line above the page. A problem interrupts a screen reader, a success waits. */
export function noticeBar(notice: Notice): Html {
  const problem = notice.kind === 'problem'
  return html`<div class="notice notice-${notice.kind}" role="${problem ? 'alert' : 'status'}"><div class="width">
${problem ? icons.warning : icons.check}<p>${notice.text}${notice.link && html` <a href="${notice.link.href}">${notice.link.text}</a>`}</p>
</div></div>`
}

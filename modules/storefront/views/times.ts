import { type Html, html } from '#runtime/html/html.ts'

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** The date of an RFC 3339 time, in UTC: `24 November 2026`. */
export function dayOf(timestamp: string): Html {
  return html`<time datetime="${timestamp}">${day.format(new Date(timestamp))}</time>`
}

/** The date and time of an RFC 3339 time, to the minute: `24 November 2026 at 14:05 UTC`. */
export function minuteOf(timestamp: string): Html {
  return html`<time datetime="${timestamp}">${minute.format(new Date(timestamp))} UTC</time>`
}

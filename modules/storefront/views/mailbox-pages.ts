import type { Message, MessageSummary } from '#modules/notifications/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { breadcrumbs } from './breadcrumbs.ts'
import { icons } from './icons.ts'
import { linkedText } from './linked-text.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'
import { minuteOf } from './times.ts'

const NOTE_OF_STATUS: Record<MessageSummary['status'], string> = {
  queued: 'queued',
  sent: 'sent',
  kept: 'stored here',
  failed: 'failed',
}

export type MailboxPageProps = { messages: readonly MessageSummary[]; nextCursor: string | null }

/** The development mailbox: the emails that the shop would send if a mail server were configured. */
export function mailboxPage({ messages, nextCursor }: MailboxPageProps): PageContent {
  return {
    title: 'Mailbox',
    personal: true,
    body: html`<div class="width"><h1>Mailbox</h1><p class="lead">The emails that the shop sends to its customers. For development: no mail server is configured, so they stay here.</p>
${
  messages.length === 0
    ? html`<div class="empty-state">${icons.mail}<h2>No emails yet</h2><p>Place an order or create an account, and the confirmation email appears here.</p></div>`
    : html`<ul class="mail-list">${messages.map(mailRow)}</ul>`
}
${nextCursor !== null && html`<nav class="page-links" aria-label="Pages"><a class="button" rel="next" href="${links.mailbox}?cursor=${encodeURIComponent(nextCursor)}">Older emails${icons.arrow}</a></nav>`}</div>`,
  }
}

function mailRow({ id, to, subject, status, createdAt }: MessageSummary): Html {
  return html`<li class="mail-row"><h2><a href="${links.mail(id)}">${subject}</a></h2><p>To ${to}</p><p class="mail-row-note">${minuteOf(createdAt)} · ${NOTE_OF_STATUS[status]}</p></li>`
}

export type MailPageProps = {
  message: Message
  /** The path of the email's HTML version, if there is one. */
  htmlHref?: string | undefined
}

/** One email as plain text. */
export function mailPage({ message, htmlHref }: MailPageProps): PageContent {
  const { subject, to, createdAt, text } = message
  return {
    title: subject,
    personal: true,
    body: html`<div class="width">${breadcrumbs([{ href: links.mailbox, title: 'Mailbox' }], subject)}
<article class="mail"><h1>${subject}</h1><p class="lead">To ${to}, ${minuteOf(createdAt)}</p>
<div class="mail-text">${linkedText(text)}</div>
${htmlHref && html`<p><a class="quiet-link" href="${htmlHref}">View as HTML</a></p>`}</article></div>`,
  }
}

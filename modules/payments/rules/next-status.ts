import type { Static } from 'typebox'
import type { IntentStatus } from '../contract.ts'

export type Status = Static<typeof IntentStatus>
/** A status that a provider's answer or message can bring. */
export type News = Exclude<Status, 'created'>

/**
 * The statuses in which each piece of news is believed. News comes late, twice and out of order, and providers do not
 * number it, so it only ever leads forward: every end can be reached from `created` at once, and leads nowhere but to
 * a refund.
 */
const believedIn: Record<News, readonly Status[]> = {
  requires_action: ['created'],
  authorized: ['created', 'requires_action'],
  succeeded: ['created', 'requires_action', 'authorized'],
  declined: ['created', 'requires_action'],
  voided: ['created', 'requires_action', 'authorized'],
  refunded: ['created', 'requires_action', 'authorized', 'succeeded'],
}

/** What becomes of a payment's status when this news comes; the same status when the news is old. */
export function nextStatus(current: Status, news: News): Status {
  return believedIn[news].includes(current) ? news : current
}

/** The statuses that this news changes, for the statement that writes it. */
export function statusesBefore(news: News): readonly Status[] {
  return believedIn[news]
}

/** Whether the provider keeps no money of this payment and never will. */
export function isOver(status: Status): boolean {
  return status === 'declined' || status === 'voided' || status === 'refunded'
}

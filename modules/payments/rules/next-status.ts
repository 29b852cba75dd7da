import type { Static } from 'typebox'
import type { IntentStatus } from '../contract.ts'

export type Status = Static<typeof IntentStatus>
/** A status that a provider can report, in an answer or a webhook. */
export type ProviderStatus = Exclude<Status, 'created'>

/**
 * The statuses in which each report is accepted. Reports come late, repeatedly and out of order, and providers do not
 * number them. So a status only moves forward: every final status can be reached directly from `created`, and only a
 * success can still change, to a refund.
 */
const acceptedIn: Record<ProviderStatus, readonly Status[]> = {
  requires_action: ['created'],
  authorized: ['created', 'requires_action'],
  succeeded: ['created', 'requires_action', 'authorized'],
  declined: ['created', 'requires_action'],
  voided: ['created', 'requires_action', 'authorized'],
  refunded: ['created', 'requires_action', 'authorized', 'succeeded'],
}

/** A payment's status after a report; unchanged if the report is outdated. */
export function nextStatus(current: Status, reported: ProviderStatus): Status {
  return acceptedIn[reported].includes(current) ? reported : current
}

/** The statuses that a report changes, for the statement that writes it. */
export function statusesBefore(reported: ProviderStatus): readonly Status[] {
  return acceptedIn[reported]
}

/** Whether the payment ended without money for the shop. */
export function isClosed(status: Status): boolean {
  return status === 'declined' || status === 'voided' || status === 'refunded'
}

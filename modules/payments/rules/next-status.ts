import type { Static } from 'typebox'
import type { IntentStatus } from '../contract.ts'

export type Status = Static<typeof IntentStatus>
/** A status that a provider can report, in an answer or a webhook. */
export type ProviderStatus = Exclude<Status, 'created'>

/**
 * For each reported status the statuses that it replaces. Reports come late, repeatedly and out of order, and providers
 * do not number them. So a status only moves forward: every final status can be reached directly from `created`, and of
 * these only `succeeded` can still change, to `refunded`.
 */
const replacedBy: Record<ProviderStatus, readonly Status[]> = {
  requires_action: ['created'],
  authorized: ['created', 'requires_action'],
  succeeded: ['created', 'requires_action', 'authorized'],
  declined: ['created', 'requires_action'],
  voided: ['created', 'requires_action', 'authorized'],
  refunded: ['created', 'requires_action', 'authorized', 'succeeded'],
}

/** A payment's status after a report; unchanged if the report is outdated. */
export function nextStatus(current: Status, reported: ProviderStatus): Status {
  return replacedBy[reported].includes(current) ? reported : current
}

/** The statuses that a report changes, for the condition of the update statement. */
export function statusesBefore(reported: ProviderStatus): readonly Status[] {
  return replacedBy[reported]
}

/** Whether the payment ended without money for the shop. */
export function isClosed(status: Status): boolean {
  return status === 'declined' || status === 'voided' || status === 'refunded'
}

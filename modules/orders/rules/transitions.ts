import type { Static } from 'typebox'
import type { OrderStatus } from '../contract.ts'

export type Status = Static<typeof OrderStatus>

const nextStatuses: Record<Status, readonly Status[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['fulfilled', 'cancelled'],
  fulfilled: [],
  cancelled: [],
}

export function canBecome(from: Status, to: Status): boolean {
  return nextStatuses[from].includes(to)
}

/** The statuses that can change to `to`, for the condition of the update statement. */
export function statusesBefore(to: Status): Status[] {
  return (Object.keys(nextStatuses) as Status[]).filter((from) => canBecome(from, to))
}

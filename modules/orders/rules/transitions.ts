import type { Static } from 'typebox'
import type { OrderStatus } from '../contract.ts'

export type Status = Static<typeof OrderStatus>

const leadsTo: Record<Status, readonly Status[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['fulfilled', 'cancelled'],
  fulfilled: [],
  cancelled: [],
}

export function canBecome(from: Status, to: Status): boolean {
  return leadsTo[from].includes(to)
}

/** The statuses that can change to `to`, for the statement that writes it. */
export function statusesBefore(to: Status): Status[] {
  return (Object.keys(leadsTo) as Status[]).filter((from) => canBecome(from, to))
}

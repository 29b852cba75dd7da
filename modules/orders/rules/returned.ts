import type { Intent } from '#modules/payments/contract.ts'

/** What became of a payment that was given up: the money never came, was only set aside, or went back. */
export function returnedOf({ status, captured }: Intent): 'declined' | 'voided' | 'refunded' {
  if (status === 'declined' || status === 'voided') return status
  // Of an order that cost nothing, nothing goes back.
  return captured.amount === 0 ? 'voided' : 'refunded'
}

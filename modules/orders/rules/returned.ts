import type { Intent } from '#modules/payments/contract.ts'

/** What became of a payment that was given up: the money never came, was only set aside, or went back. */
export function returnedOf({ status }: Intent): 'declined' | 'voided' | 'refunded' {
  return status === 'declined' || status === 'voided' ? status : 'refunded'
}

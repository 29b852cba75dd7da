import type { Intent } from '#modules/payments/contract.ts'

/** The payment status of an order after `cancelIntent`: declined, voided before the capture, or refunded. */
export function cancelledPaymentStatus({ status, captured }: Intent): 'declined' | 'voided' | 'refunded' {
  if (status === 'declined' || status === 'voided') return status
  // A free order captured nothing, so it has no refund
  return captured.amount === 0 ? 'voided' : 'refunded'
}

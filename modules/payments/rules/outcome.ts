import type { Outcome } from '../contract.ts'
import type { Answer, Charge } from '../providers/provider.ts'
import type { ProviderStatus, Status } from './next-status.ts'

/** The outcome of a provider's answer. No answer and an unknown charge are `unknown`, not a decline. */
export function outcomeOf(answer: Answer): Outcome {
  if (answer.kind !== 'charge') return { status: 'unknown' }
  const { charge } = answer
  switch (charge.status) {
    case 'succeeded':
    case 'authorized':
      return { status: charge.status, reference: charge.reference }
    case 'requires_action':
      return {
        status: 'requires_action',
        reference: charge.reference,
        ...(charge.actionUrl === undefined ? {} : { actionUrl: charge.actionUrl }),
      }
    case 'declined':
      return {
        status: 'declined',
        reference: charge.reference,
        reason: charge.reason ?? 'The payment was declined',
      }
    case 'voided':
    case 'refunded':
      return { status: 'declined', reference: charge.reference, reason: 'The payment was cancelled' }
  }
}

/** The outcome for a stored status; undefined if only the provider knows the outcome. */
export function storedOutcome(status: Status, reason: string | null): Outcome | undefined {
  switch (status) {
    case 'created':
    case 'requires_action':
      return undefined
    case 'authorized':
    case 'succeeded':
      return { status }
    case 'declined':
      return { status, reason: reason ?? 'The payment was declined' }
    case 'voided':
    case 'refunded':
      return { status: 'declined', reason: 'The payment was cancelled' }
  }
}

/** The report to store for an outcome; undefined for the outcome `unknown`. */
export function reportOf(outcome: Outcome): (Omit<Charge, 'reference'> & { reference?: string }) | undefined {
  if (outcome.status === 'unknown') return undefined
  return { ...outcome, status: outcome.status satisfies ProviderStatus }
}

import type Stripe from 'stripe'
import { refused } from './api-error.ts'
import { book, DISPUTE_FEE } from './balance.ts'
import { newDispute } from './objects/dispute.ts'
import type { Scope } from './world.ts'

/** Opens a dispute over the whole charge. An inquiry moves no money. */
export function openDispute(
  scope: Scope,
  charge: Stripe.Charge,
  kind: 'fraudulent' | 'product_not_received' | 'inquiry',
): Stripe.Dispute {
  if (charge.disputed || !charge.captured)
    throw refused(`Cannot dispute "${charge.id}": it is disputed already, or not captured`)
  const isInquiry = kind === 'inquiry'
  const dispute = newDispute(scope, charge, { reason: isInquiry ? 'general' : kind, isInquiry })
  charge.disputed = true
  scope.emit('charge.dispute.created', dispute)
  if (!isInquiry) {
    move(scope, dispute, -dispute.amount, 'dispute', DISPUTE_FEE)
    scope.emit('charge.dispute.funds_withdrawn', dispute)
  }
  return dispute
}

/** Records that evidence was sent. Stripe's test mode decides by the text `winning_evidence` or `losing_evidence`. */
export function submitEvidence(scope: Scope, dispute: Stripe.Dispute, text: string | undefined): void {
  const previous = { status: dispute.status }
  dispute.evidence.uncategorized_text = text ?? null
  dispute.evidence_details.has_evidence = true
  dispute.evidence_details.submission_count++
  dispute.evidence_details.submission_method = 'manual'
  dispute.status = isInquiry(dispute) ? 'warning_under_review' : 'under_review'
  scope.emit('charge.dispute.updated', dispute, previous)
  if (text === 'winning_evidence') closeDispute(scope, dispute, 'won')
  if (text === 'losing_evidence') closeDispute(scope, dispute, 'lost')
}

export function closeDispute(scope: Scope, dispute: Stripe.Dispute, outcome: 'won' | 'lost'): void {
  if (['won', 'lost', 'warning_closed'].includes(dispute.status))
    throw refused(`This dispute is already closed: ${dispute.id}`)
  const previous = { status: dispute.status }
  dispute.status = isInquiry(dispute) ? 'warning_closed' : outcome
  dispute.is_charge_refundable = dispute.status === 'warning_closed'
  if (dispute.status === 'won') {
    move(scope, dispute, dispute.amount, 'dispute_reversal', -DISPUTE_FEE)
    scope.emit('charge.dispute.funds_reinstated', dispute)
  }
  scope.emit('charge.dispute.closed', dispute, previous)
}

function move(
  scope: Scope,
  dispute: Stripe.Dispute,
  amount: number,
  kind: 'dispute' | 'dispute_reversal',
  fee: number,
): void {
  dispute.balance_transactions.push(
    book(scope, kind, { amount, currency: dispute.currency, source: dispute.id, fee }),
  )
}

function isInquiry(dispute: Stripe.Dispute): boolean {
  return dispute.status.startsWith('warning')
}

import type Stripe from 'stripe'
import { refused } from './api-error.ts'
import { book } from './balance.ts'
import { newRefund } from './objects/refund.ts'
import type { Scope } from './world.ts'

/** When a test refund changes by itself, unless a test decides it before. */
const SETTLE_SECONDS = 180

/** What can still be refunded: captured, less refunds that have not failed. */
export function refundable(scope: Scope, charge: Stripe.Charge): number {
  const refunded = scope
    .all('refund')
    .filter(
      ({ id, charge: of, status }) =>
        of === charge.id && status !== 'failed' && status !== 'canceled' && !scope.hidden(id).isRelease,
    )
    .reduce((sum, { amount }) => sum + amount, 0)
  return charge.amount_captured - refunded
}

export function refund(
  scope: Scope,
  charge: Stripe.Charge,
  {
    amount,
    reason,
    metadata,
  }: { amount: number; reason: Stripe.Refund.Reason | null; metadata: Record<string, string> },
): Stripe.Refund {
  const test = scope.hidden(String(charge.payment_method)).method!
  const isPending = test.refund === 'pending' || test.type === 'us_bank_account'
  const item = newRefund(scope, charge, {
    amount,
    reason,
    metadata,
    status: isPending ? 'pending' : 'succeeded',
    ...(isPending ? { pending_reason: 'processing' } : {}),
  })
  if (isPending || test.refund === 'fails') scope.hidden(item.id).dueAt = scope.now() + SETTLE_SECONDS
  item.balance_transaction = book(scope, 'refund', {
    amount: -amount,
    currency: item.currency,
    source: item.id,
  }).id
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount
  scope.emit('refund.created', item)
  scope.emit('charge.refunded', charge)
  return item
}

/** The outcome of a refund. A refund may fail after it has succeeded; the money is then back in the balance. */
export function settleRefund(scope: Scope, item: Stripe.Refund, outcome: 'succeeded' | 'failed'): void {
  if (item.status !== 'pending' && !(item.status === 'succeeded' && outcome === 'failed'))
    throw refused(`Cannot settle "${item.id}" as ${outcome}: it is ${item.status}`)
  const previous = { status: item.status }
  scope.hidden(item.id).dueAt = undefined
  delete item.pending_reason
  item.status = outcome
  if (outcome === 'failed') {
    const charge = scope.get('charge', String(item.charge))
    item.failure_reason = 'expired_or_canceled_card'
    item.failure_balance_transaction = book(scope, 'refund_failure', {
      amount: item.amount,
      currency: item.currency,
      source: item.id,
    }).id
    charge.amount_refunded -= item.amount
    charge.refunded = false
    scope.emit('refund.failed', item)
  }
  scope.emit('refund.updated', item, previous)
  scope.emit('charge.refund.updated', item, previous)
}

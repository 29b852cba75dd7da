import type Stripe from 'stripe'
import { refused } from '../api-error.ts'
import { integer, metadata, oneOf, text } from '../read-params.ts'
import { refund, refundable } from '../refunds.ts'
import type { Scope } from '../world.ts'
import { listRoute, retrieveRoute } from './lists.ts'
import type { Call, Names, Route } from './route.ts'

export const refundRoutes: Route[] = [
  {
    verb: 'POST',
    path: '/v1/refunds',
    params: [
      'amount',
      'charge',
      'expand',
      'metadata',
      'payment_intent',
      'reason',
    ] satisfies Names<Stripe.RefundCreateParams>,
    handle: create,
  },
  listRoute('/v1/refunds', 'refund'),
  retrieveRoute('/v1/refunds/:id', 'refund'),
  {
    verb: 'POST',
    path: '/v1/refunds/:id',
    params: ['expand', 'metadata'],
    handle({ scope, params, id }) {
      const item = scope.get('refund', id)
      item.metadata = metadata(params, item.metadata ?? {})
      return item
    },
  },
]

function create({ scope, params }: Call): Stripe.Refund {
  const charge = chargeOf({ scope, params })
  if (!charge.captured)
    throw refused(
      'This uncaptured Charge was created by a PaymentIntent. You must cancel the PaymentIntent to reverse the authorization instead of refunding the Charge directly.',
    )
  if (isChargedBack(scope, charge))
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    })
  const left = refundable(scope, charge)
  if (left === 0)
    throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  const amount = integer(params, 'amount') ?? left
  if (amount < 1) throw refused('Invalid positive integer', { param: 'amount' })
  if (amount > left)
    throw refused(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    })
  const reason = oneOf(params, 'reason', ['duplicate', 'fraudulent', 'requested_by_customer']) ?? null
  return refund(scope, charge, { amount, reason, metadata: metadata(params) })
}

function chargeOf({ scope, params }: Pick<Call, 'params' | 'scope'>): Stripe.Charge {
  const chargeId = text(params, 'charge')
  if (chargeId) return scope.get('charge', chargeId, 'charge')
  const intentId = text(params, 'payment_intent')
  if (!intentId)
    throw refused(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  const { latest_charge } = scope.get('payment_intent', intentId, 'payment_intent')
  const charge = latest_charge ? scope.get('charge', String(latest_charge)) : undefined
  if (charge?.status !== 'succeeded')
    throw refused(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`)
  return charge
}

function isChargedBack(scope: Scope, charge: Stripe.Charge): boolean {
  return scope.all('dispute').some((dispute) => dispute.charge === charge.id && !dispute.is_charge_refundable)
}

import type Stripe from 'stripe'
import { expireSession, followIntent } from './checkout.ts'
import { cancel, settle } from './payments.ts'
import { settleRefund } from './refunds.ts'
import { Scope, type World } from './world.ts'

/** Does everything whose time has come: asynchronous outcomes, expiry of sessions and of authorisations. */
export function runDue(world: World): void {
  for (const livemode of [false, true]) {
    const scope = new Scope(world, livemode)
    for (const intent of scope.all('payment_intent').filter(isDue(scope))) {
      if (intent.status === 'processing') settle(scope, intent, !isFailing(scope, intent))
      else cancel(scope, intent, 'automatic')
      followIntent(scope, intent)
    }
    for (const refund of scope.all('refund').filter(isDue(scope)))
      settleRefund(scope, refund, refund.status === 'pending' ? 'succeeded' : 'failed')
    for (const session of scope.all('checkout.session').filter(isDue(scope))) expireSession(scope, session)
    scope.finish()
  }
}

function isDue(scope: Scope): (item: { id: string }) => boolean {
  return ({ id }) => (scope.hidden(id).dueAt ?? Number.POSITIVE_INFINITY) <= scope.now()
}

function isFailing(scope: Scope, intent: Stripe.PaymentIntent): boolean {
  return scope.hidden(String(intent.payment_method)).method?.decline !== undefined
}

import { closeDispute, submitEvidence } from '../disputes.ts'
import { nested, text } from '../read-params.ts'
import { checkoutSessionRoutes } from './checkout-sessions.ts'
import { customerRoutes } from './customers.ts'
import { listRoute, retrieveRoute } from './lists.ts'
import { paymentIntentRoutes } from './payment-intents.ts'
import { refundRoutes } from './refunds.ts'
import type { Route } from './route.ts'
import { setupIntentRoutes } from './setup-intents.ts'

const routes: Route[] = [
  ...paymentIntentRoutes,
  ...refundRoutes,
  ...customerRoutes,
  ...setupIntentRoutes,
  ...checkoutSessionRoutes,
  listRoute('/v1/charges', 'charge'),
  retrieveRoute('/v1/charges/:id', 'charge'),
  listRoute('/v1/events', 'event'),
  retrieveRoute('/v1/events/:id', 'event'),
  listRoute('/v1/balance_transactions', 'balance_transaction'),
  retrieveRoute('/v1/balance_transactions/:id', 'balance_transaction'),
  listRoute('/v1/disputes', 'dispute'),
  retrieveRoute('/v1/disputes/:id', 'dispute'),
  {
    verb: 'POST',
    path: '/v1/disputes/:id',
    params: ['evidence', 'expand', 'submit'],
    handle({ scope, params, id }) {
      const dispute = scope.get('dispute', id)
      submitEvidence(scope, dispute, text(nested(params, 'evidence'), 'uncategorized_text'))
      return dispute
    },
  },
  {
    verb: 'POST',
    path: '/v1/disputes/:id/close',
    params: ['expand'],
    handle({ scope, id }) {
      const dispute = scope.get('dispute', id)
      closeDispute(scope, dispute, 'lost')
      return dispute
    },
  },
]

const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(':id', '([\\w-]+)')}$`),
}))

/** The route for this request, and the id in its path. */
export function findRoute(verb: string, path: string): { route: Route; id: string } | undefined {
  for (const { route, pattern } of patterns) {
    const match = route.verb === verb ? pattern.exec(path) : null
    if (match) return { route, id: match[1] ?? '' }
  }
  return undefined
}

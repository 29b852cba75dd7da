import type Stripe from 'stripe'
import { ApiError, missing } from '../api-error.ts'
import type { World } from '../world.ts'
import { pageOf } from './page.ts'

/** The frame of the Payment Element. The card number is entered here, on the provider's origin, and stays here. */
export const paymentElementHtml = pageOf(
  'Payment',
  `<p role="alert" id="error" hidden></p>
<form id="form">
<fieldset id="saved" hidden><legend>Saved cards</legend></fieldset>
<div id="new">
<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234"></label>
<label>Expiration date <input name="expiry" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY"></label>
<label>Security code <input name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="CVC"></label>
<label id="save" hidden><input name="save" type="checkbox"> Save payment details for future purchases</label>
</div>
</form>
<script type="module" src="/elements/element.js"></script>`,
)

/** What the frame needs to know: saved cards, and whether cards may be saved. Stripe has a route of its own for that, too. */
export function elementSession(world: World, query: URLSearchParams): object {
  const secret = query.get('client_secret') ?? ''
  const id = secret.replace(/_secret_.*$/, '')
  const intent = [false, true]
    .map((livemode) => world.find('payment_intent', livemode, id) ?? world.find('setup_intent', livemode, id))
    .find((found) => found?.client_secret === secret)
  if (!intent) throw missing('payment_intent', id)
  const customerSecret = query.get('customer_session_client_secret')
  const session = customerSecret ? world.customerSessions.get(customerSecret) : undefined
  if (customerSecret && (!session || session.expires_at < world.now()))
    throw new ApiError(400, {
      type: 'invalid_request_error',
      message: 'The customer session is unknown or has expired',
    })
  const features = session?.components?.payment_element.features
  return {
    saved:
      features?.payment_method_redisplay === 'enabled'
        ? savedCards(world, intent.livemode, String(session!.customer))
        : [],
    canSave: features?.payment_method_save === 'enabled',
    saveUsage: features?.payment_method_save_usage ?? 'on_session',
  }
}

function savedCards(
  world: World,
  livemode: boolean,
  customer: string,
): Pick<Stripe.PaymentMethod, 'card' | 'id'>[] {
  return world
    .all('payment_method', livemode)
    .filter((method) => method.customer === customer && method.card && method.allow_redisplay === 'always')
    .map(({ id, card }) => ({ id, card: card! }))
}

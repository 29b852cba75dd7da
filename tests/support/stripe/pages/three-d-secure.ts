import type Stripe from 'stripe'
import { missing } from '../api-error.ts'
import { followIntent } from '../checkout.ts'
import { authenticate } from '../payments.ts'
import { authenticateSetup } from '../setups.ts'
import type { Scope } from '../world.ts'
import { type PageReply, type PageRequest, pageOf } from './page.ts'

/** The page of the shopper's bank: Complete or Fail. */
export function threeDSecurePage({ scope, id, fields, isEmbedded }: PageRequest): PageReply {
  const intent = scope.find('payment_intent', id) ?? scope.find('setup_intent', id)
  if (!intent) throw missing('payment_intent', id)
  if (fields) decide(scope, intent, fields.decision === 'complete')
  if (!fields && intent.status === 'requires_action')
    return { status: 200, html: pageOf('3D Secure 2 Test Page', form) }
  if (isEmbedded) return { status: 200, html: pageOf('3D Secure', notifyParent) }
  const { returnUrl } = scope.hidden(id)
  if (!returnUrl) return { status: 200, html: pageOf('3D Secure', '<p>You can close this window.</p>') }
  return { location: returnLocation(intent, returnUrl) }
}

const form = `<p>This is the page of the bank. It moves no money.</p>
<form method="post"><button name="decision" value="complete" id="test-source-authorize-3ds">Complete</button><button name="decision" value="fail" id="test-source-fail-3ds">Fail</button></form>`

const notifyParent = `<p>Done.</p><script>parent.postMessage({ stripeEmulator: '3d-secure' }, '*')</script>`

function decide(scope: Scope, intent: Stripe.PaymentIntent | Stripe.SetupIntent, isApproved: boolean): void {
  if (intent.object === 'setup_intent') authenticateSetup(scope, intent, isApproved)
  else {
    authenticate(scope, intent, isApproved)
    followIntent(scope, intent)
  }
}

/** Where the shopper returns to, with the parameters that Stripe appends. Their status may be forged; shops must ask the API. */
function returnLocation(intent: Stripe.PaymentIntent | Stripe.SetupIntent, returnUrl: string): string {
  const url = new URL(returnUrl)
  url.searchParams.set(intent.object, intent.id)
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '')
  url.searchParams.set('redirect_status', redirectStatus(intent.status))
  return url.href
}

function redirectStatus(status: string): string {
  if (status === 'succeeded' || status === 'requires_capture') return 'succeeded'
  return status === 'processing' ? 'pending' : 'failed'
}

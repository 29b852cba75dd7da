import type { Intent } from '#modules/payments/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { localPath } from '../rules/local-path.ts'
import { withoutOwnOrigin } from '../rules/without-own-origin.ts'
import { testPaymentPage } from '../views/test-payment-page.ts'
import { placedOrderPath } from './checkout-step.ts'
import { asBuyer } from './placed-orders.ts'
import { redirectTo, show } from './show.ts'
import { isFailure } from './visitor.ts'

const PATH = '/payments/test/:intentId'

/** The test provider's page on which the shopper confirms a payment, as at a bank. */
const showTestPayment: ShopPage = {
  method: 'GET',
  path: PATH,
  handle: async (request, context) => {
    const intent = await readIntent(context, request.params.intentId!)
    const returnUrl = request.query.return
    const orderPath = returnPath(returnUrl, intent, context)
    if (intent.status !== 'requires_action') return redirectTo(orderPath)
    const { shopName } = context.services
    const action = `/payments/test/${encodeURIComponent(intent.id)}`
    const page = testPaymentPage({ action, returnUrl, orderPath, amount: intent.amount, shopName })
    return show(request, context, page, { headers: { 'referrer-policy': 'no-referrer' } })
  },
}

const submitDecision: ShopPage = {
  method: 'POST',
  path: PATH,
  handle: async (request, context) => {
    const intent = await readIntent(context, request.params.intentId!)
    const { id: intentId, orderId } = intent
    const { decision } = request.form
    const orderPath = returnPath(request.form.return, intent, context)
    if (decision !== 'confirm' && decision !== 'refuse') return redirectTo(orderPath)
    await context.calls.payments.completeTestAction({ intentId, decision })
    const buyer = await asBuyer(request, context, orderId)
    try {
      await buyer.calls.orders.confirmPayment({ orderId })
    } catch (error) {
      // This visitor may not read the order. The shop also receives the decision without this call.
      if (!isFailure(error, 'ORDER_NOT_FOUND')) throw error
    }
    return redirectTo(orderPath)
  },
}

export const testBankPages = [showTestPayment, submitDecision]

/** The path to which the test bank redirects: that of `returnUrl` if it leads to this shop, otherwise the order's. */
function returnPath(returnUrl: string | undefined, { orderId }: Intent, { services }: ShopContext): string {
  return localPath(returnUrl && withoutOwnOrigin(returnUrl, services), placedOrderPath(orderId))
}

async function readIntent({ calls, services }: ShopContext, intentId: string): Promise<Intent> {
  try {
    const intent = services.testPayments ? await calls.payments.getIntent({ intentId }) : undefined
    if (intent?.provider === 'test') return intent
  } catch (error) {
    if (!isFailure(error, 'INTENT_NOT_FOUND', 'INVALID_INPUT')) throw error
  }
  throw runtimeFailure('NOT_FOUND', `Cannot find the payment "${intentId}" at the test provider`)
}

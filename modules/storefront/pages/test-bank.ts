import type { Intent } from '#modules/payments/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { localPath } from '../rules/local-path.ts'
import { pathHere } from '../rules/path-here.ts'
import { testPaymentPage } from '../views/test-payment-page.ts'
import { placedPath } from './checkout-step.ts'
import { asBuyerOf } from './placed-orders.ts'
import { goTo, show } from './show.ts'
import { isFailure } from './visitor.ts'

const PATH = '/payments/test/:intentId'

/** The page of the test provider at which the shopper confirms a payment, as at their bank. */
const ask: ShopPage = {
  method: 'GET',
  path: PATH,
  handle: async (request, context) => {
    const intent = await readIntent(context, request.params.intentId!)
    const back = request.query.return
    const orderPath = wayBack(back, intent, context)
    if (intent.status !== 'requires_action') return goTo(orderPath)
    const { shopName } = context.services
    const action = `/payments/test/${encodeURIComponent(intent.id)}`
    const page = testPaymentPage({ action, back, orderPath, amount: intent.amount, shopName })
    return show(request, context, page, { headers: { 'referrer-policy': 'no-referrer' } })
  },
}

const decide: ShopPage = {
  method: 'POST',
  path: PATH,
  handle: async (request, context) => {
    const intent = await readIntent(context, request.params.intentId!)
    const { id: intentId, orderId } = intent
    const { decision } = request.form
    const back = wayBack(request.form.return, intent, context)
    if (decision !== 'confirm' && decision !== 'refuse') return goTo(back)
    await context.calls.payments.completeTestAction({ intentId, decision })
    const buyer = await asBuyerOf(request, context, orderId)
    try {
      await buyer.calls.orders.confirmPayment({ orderId })
    } catch (error) {
      // Whoever decided at the bank need not be the one who ordered; the shop hears of it anyway.
      if (!isFailure(error, 'ORDER_NOT_FOUND')) throw error
    }
    return goTo(back)
  },
}

export const testBankPages = [ask, decide]

/** A bank sends its visitors where the shop told it to; this one to the shop only. */
function wayBack(returnUrl: string | undefined, { orderId }: Intent, { services }: ShopContext): string {
  return localPath(returnUrl && pathHere(returnUrl, services), placedPath(orderId))
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

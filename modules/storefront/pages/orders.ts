import { Failure, runtimeFailure } from '#runtime/contract/failure.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { links } from '../views/links.ts'
import { orderPage } from '../views/order-page.ts'
import { testPaymentPage } from '../views/test-payment-page.ts'
import { goTo, show } from './show.ts'
import { asBuyerOf, forgetCart, isFailure } from './visitor.ts'

const showOrder: ShopPage = {
  method: 'GET',
  path: '/orders/:orderId',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const order = await readOrder(await asBuyerOf(request, context, orderId), orderId)
    const { items: countries } = await context.calls.cart.listCountries({})
    const page = orderPage({ order, countries, justPlaced: 'placed' in request.query, inAccount: false })
    // A payment that was decided meanwhile has made the cart an order.
    const done = order.status === 'confirmed' && request.cookies.pando_cart === order.cartId
    return show(request, context, page, done ? { cookies: forgetCart(), cartCount: 0 } : {})
  },
}

const cancelOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/cancel',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const buyer = await asBuyerOf(request, context, orderId)
    await orNotFound(buyer.calls.orders.cancelOrder({ orderId }), orderId)
    return goTo(links.order(orderId), 'cancelled')
  },
}

const checkOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/check',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const buyer = await asBuyerOf(request, context, orderId)
    const order = await orNotFound(buyer.calls.orders.confirmPayment({ orderId }), orderId)
    return goTo(links.order(orderId), order.status === 'pending' ? 'still-waiting' : undefined)
  },
}

const askBank: ShopPage = {
  method: 'GET',
  path: '/payments/test/:intentId',
  handle: async (request, context) => {
    const intent = await readIntent(context, request.params.intentId!)
    if (intent.status !== 'requires_action') return goTo(links.order(intent.orderId))
    const { shopName } = context.services
    return show(request, context, testPaymentPage({ action: request.url, amount: intent.amount, shopName }))
  },
}

const answerBank: ShopPage = {
  method: 'POST',
  path: '/payments/test/:intentId',
  handle: async (request, context) => {
    const intent = await readIntent(context, request.params.intentId!)
    const decision = request.form.decision === 'confirm' ? 'confirm' : 'refuse'
    await context.calls.payments.completeTestAction({ intentId: intent.id, decision })
    const { orderId } = intent
    const buyer = await asBuyerOf(request, context, orderId)
    try {
      await buyer.calls.orders.confirmPayment({ orderId })
    } catch (error) {
      // The order's page tells how it ended, to whoever may see it.
      if (!(error instanceof Failure) || error.status >= 500) throw error
    }
    return goTo(`${links.order(orderId)}?placed`)
  },
}

export const orderPages = [showOrder, cancelOrder, checkOrder, askBank, answerBank]

export async function readOrder(context: ShopContext, orderId: string) {
  return orNotFound(context.calls.orders.getOrder({ orderId }), orderId)
}

async function orNotFound<Answer>(answer: Promise<Answer>, id: string): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (isFailure(error, 'ORDER_NOT_FOUND', 'INTENT_NOT_FOUND', 'INVALID_INPUT'))
      throw runtimeFailure('NOT_FOUND', `Cannot find "${id}"`)
    throw error
  }
}

async function readIntent(context: ShopContext, intentId: string) {
  if (!context.services.testPayments)
    throw runtimeFailure('NOT_FOUND', 'Cannot find this page: the test provider is off')
  return orNotFound(context.calls.payments.getIntent({ intentId }), intentId)
}

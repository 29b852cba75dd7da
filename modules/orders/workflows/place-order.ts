import { type CheckoutSnapshot, cart } from '#modules/cart/contract.ts'
import { inventory } from '#modules/inventory/contract.ts'
import { type Outcome, payments } from '#modules/payments/contract.ts'
import { pricing } from '#modules/pricing/contract.ts'
import { type Decision, step, undo, workflow } from '#runtime/module/workflow.ts'
import { newId } from '#shared/ids.ts'
import { type Order, orders } from '../contract.ts'
import { cancelledPaymentStatus } from '../rules/cancelled-payment-status.ts'
import { checkoutEnd } from '../rules/checkout-end.ts'
import { PAYMENT_MS } from '../rules/payment-deadline.ts'

const POLL_AFTER_ACTION_MS = 60_000
const POLL_AFTER_NO_ANSWER_MS = 2000

export interface PlaceOrderInput {
  checkout: CheckoutSnapshot
  payment: { provider: string; token: string }
  /** When the reserved stock expires. */
  reservedUntil: string
  /** The client's network; null if it is unknown. */
  placedFrom: string | null
  /** The URL to which the provider returns the shopper. */
  returnUrlOf: (orderId: string) => string
}

export interface PlaceOrderState {
  orderId: string
  intentId: string
  cartId: string
  reservedUntil: string
  placedFrom: string | null
  /** The URL to which the provider returns the shopper; null once the payments module has stored it. */
  returnUrl: string | null
  provider: string
  token: string
  /** Null once the order contains it. */
  checkout: CheckoutSnapshot | null
  /** The last outcome of the payment. */
  outcome: Outcome | null
  /** The payment's status after its cancellation; null if it was not cancelled. */
  returned: 'declined' | 'voided' | 'refunded' | null
  /** Who or what ended the checkout; null after a decline, and when the items sold out. */
  endedBy: 'shopper' | 'shop' | 'time' | 'limit' | null
  order: Order | null
}

type State = PlaceOrderState

/**
 * The checkout. Its id is the order's id. It takes the stock before it confirms the order, because taking the stock is
 * the last step that can fail: no shopper is informed about an order that is compensated later.
 */
export const placeOrderWorkflow = workflow<PlaceOrderInput, State, Order>('placeOrder', {
  idPrefix: 'ord',
  version: 2,
  // Version 1 lacked `redeemPromotions`, which is at position 2. Its orders used no promotions with limits
  convertPosition: (position) => (position < 2 ? position : position + 1),
  begin: ({ checkout, payment, reservedUntil, placedFrom, returnUrlOf }, id) => ({
    orderId: id,
    intentId: newId('pay'),
    cartId: checkout.cartId,
    reservedUntil,
    placedFrom,
    returnUrl: returnUrlOf(id),
    provider: payment.provider,
    token: payment.token,
    checkout,
    outcome: null,
    returned: null,
    endedBy: null,
    order: null,
  }),
  steps: [
    step(cart, 'freezeCart', {
      input: (state: State) => ({
        cartId: state.cartId,
        version: state.checkout!.version,
        orderId: state.orderId,
      }),
      undo: undo(cart, 'thawCart', ({ cartId, orderId }: State) => ({ cartId, orderId })),
      unanswered: 'back',
    }),
    step(inventory, 'reserveStock', {
      input: (state: State) => ({
        reservationId: state.orderId,
        lines: state.checkout!.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
        expiresAt: state.reservedUntil,
      }),
      undo: undo(inventory, 'releaseStock', ({ orderId }: State) => ({ reservationId: orderId })),
      // Never continues without a reservation
      unanswered: 'back',
      parallel: true,
    }),
    step(pricing, 'redeemPromotions', {
      input: ({ orderId, checkout }: State) => ({
        orderId,
        customerId: checkout!.customerId,
        email: checkout!.contact.email,
        promotions: checkout!.promotions ?? [],
      }),
      undo: undo(pricing, 'restorePromotions', ({ orderId }: State) => ({ orderId })),
      // Never continues without the redemption
      unanswered: 'back',
      parallel: true,
    }),
    step(orders, 'createOrder', {
      input: (state: State) => newOrder(state, state.checkout!),
      undo: undo(orders, 'markCancelled', (state: State) => ({
        orderId: state.orderId,
        ...checkoutEnd(state),
      })),
    }),
    step(payments, 'createIntent', {
      input: (state: State) => ({
        intentId: state.intentId,
        orderId: state.orderId,
        amount: state.checkout!.totals.total,
        provider: state.provider,
        token: state.token,
        capture: 'automatic' as const,
        ...(state.returnUrl ? { returnUrl: state.returnUrl } : {}),
      }),
      // Orders and payments have stored both now, so the journal no longer needs them
      save: () => ({ checkout: null, returnUrl: null }),
      // Closes an intent whose payment was never requested. Otherwise `cancelIntent` has closed it, and nothing changes
      undo: undo(payments, 'recordOutcome', (state: State) => ({
        intentId: state.intentId,
        outcome: declineOf(state),
      })),
      parallel: true,
    }),
    step(payments, 'authorizeIntent', {
      input: ({ intentId }: State) => ({ intentId }),
      save: (outcome) => ({ outcome }),
      decide: (outcome, state: State) => decide(outcome, state),
      undo: undo(
        payments,
        'cancelIntent',
        (state: State) => ({ intentId: state.intentId, reason: checkoutEnd(state).reason }),
        (intent) => ({ returned: cancelledPaymentStatus(intent) }),
      ),
      waiting: [recordOutcome(), recordPaymentWait()],
    }),
    recordOutcome(),
    step(inventory, 'takeStock', {
      input: ({ orderId }: State) => ({ reservationId: orderId }),
      undo: undo(inventory, 'restock', ({ orderId }: State) => ({ reservationId: orderId })),
      parallel: true,
    }),
    step(orders, 'confirmOrder', {
      input: ({ orderId }: State) => ({ orderId }),
      save: (order) => ({ order }),
      // The shopper is informed about the order, so it must not be compensated any more
      final: true,
    }),
    step(cart, 'closeCart', {
      input: ({ cartId, orderId }: State) => ({ cartId, orderId }),
      parallel: true,
    }),
  ],
  answer: (state) => state.order!,
  deadlineMs: PAYMENT_MS,
  expired: {
    code: 'PAYMENT_EXPIRED',
    status: 409,
    message: 'Cannot complete the order: its payment was not completed in time',
    patch: { endedBy: 'time' },
  },
})

/** How the checkout continues after the payment's outcome. */
function decide(outcome: Outcome, { orderId }: State): Decision<State> {
  switch (outcome.status) {
    case 'succeeded':
    case 'authorized':
      return { next: 'go' }
    case 'requires_action':
      return { next: 'wait', wakeAfterMs: POLL_AFTER_ACTION_MS }
    case 'unknown':
      return { next: 'wait', wakeAfterMs: POLL_AFTER_NO_ANSWER_MS }
    case 'declined': {
      const reason = outcome.reason ?? 'The payment was declined'
      return {
        next: 'fail',
        code: 'PAYMENT_DECLINED',
        status: 402,
        message: `Cannot place the order: ${reason}`,
        data: { orderId, reason },
      }
    }
  }
}

function declineOf(state: State): Outcome {
  if (state.outcome?.status === 'declined') return state.outcome
  return { status: 'declined', reason: checkoutEnd(state).reason }
}

function recordOutcome() {
  return step(payments, 'recordOutcome', {
    input: ({ intentId, outcome }: State) => ({ intentId, outcome: outcome! }),
  })
}

function recordPaymentWait() {
  return step(orders, 'recordPaymentWait', {
    input: ({ orderId, outcome }: State) => ({ orderId, actionUrl: outcome?.actionUrl ?? null }),
    save: (order) => ({ order }),
  })
}

function newOrder(state: State, checkout: CheckoutSnapshot) {
  return {
    orderId: state.orderId,
    intentId: state.intentId,
    provider: state.provider,
    tokenHash: checkout.tokenHash,
    ...(state.placedFrom ? { placedFrom: state.placedFrom } : {}),
    cartId: checkout.cartId,
    customerId: checkout.customerId,
    contact: checkout.contact,
    lines: checkout.lines,
    shippingOption: checkout.shippingOption,
    coupons: checkout.coupons,
    ...(checkout.discounts ? { discounts: checkout.discounts } : {}),
    ...(checkout.taxes ? { taxes: checkout.taxes } : {}),
    ...(checkout.taxExemption ? { taxExemption: checkout.taxExemption } : {}),
    totals: checkout.totals,
  }
}

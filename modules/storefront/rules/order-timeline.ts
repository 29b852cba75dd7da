import type { Order } from '#modules/orders/contract.ts'
import { NOTHING_TO_PAY } from '#modules/payments/contract.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'

export type TimelineStep = {
  title: string
  /** `done`: finished; `now`: in progress; `ahead`: not begun; `failed`: the last step of a cancelled order. */
  state: 'done' | 'now' | 'ahead' | 'failed'
  at?: string | undefined
  note?: string | undefined
}

/** The steps of an order as its buyer sees them, from its placement to its fulfilment or cancellation. */
export function orderTimeline(
  order: Pick<Order, 'status' | 'payment' | 'placedAt' | 'history' | 'shippingOption'>,
): TimelineStep[] {
  const placed: TimelineStep = { title: 'Placed', state: 'done', at: order.placedAt }
  const paidAt = timeOf(order, 'confirmed')
  const title = order.payment.provider === NOTHING_TO_PAY ? 'Nothing to pay' : 'Paid'
  const paid: TimelineStep = { title, state: 'done', at: paidAt }
  const texts = handoverTexts(order.shippingOption)
  switch (order.status) {
    case 'pending':
      return [placed, paymentStep(order), { title: texts.upcoming, state: 'ahead' }]
    case 'confirmed':
      return [placed, paid, { title: texts.preparing, state: 'now' }]
    case 'fulfilled':
      return [placed, paid, { title: texts.done, state: 'done', at: timeOf(order, 'fulfilled') }]
    case 'cancelled':
      return [placed, ...(paidAt === undefined ? [] : [paid]), cancelledStep(order)]
  }
}

function paymentStep({ payment }: Pick<Order, 'payment'>): TimelineStep {
  if (payment.status === 'requires_action') {
    return { title: 'Waiting for your confirmation', state: 'now', note: 'Please confirm the payment' }
  }
  return {
    title: 'Payment in progress',
    state: 'now',
    note: 'The bank has not answered yet. We keep checking, and you will not be charged twice',
  }
}

function cancelledStep(order: Pick<Order, 'payment' | 'history'>): TimelineStep {
  const at = timeOf(order, 'cancelled')
  const { status, reason } = order.payment
  if (status === 'declined') {
    return {
      title: 'Payment declined',
      state: 'failed',
      at,
      note: reason ?? 'The bank did not accept the payment',
    }
  }
  const note = reason === null ? refundNote(status) : `${isolateBidi(reason)}. ${refundNote(status)}`
  return { title: 'Cancelled', state: 'failed', at, note }
}

/** What happens to the payment of a cancelled order. */
function refundNote(status: Order['payment']['status']): string {
  switch (status) {
    case 'refunded':
      return 'Your payment was refunded'
    case 'paid':
      return 'Your refund is on its way'
    default:
      return 'Nothing was charged'
  }
}

function timeOf({ history }: Pick<Order, 'history'>, status: string): string | undefined {
  return history.find((step) => step.status === status)?.at
}

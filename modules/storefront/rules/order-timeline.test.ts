import { describe, expect, it } from 'vitest'
import { money } from '#shared/money.ts'
import { orderTimeline } from './order-timeline.ts'

const placed = { status: 'pending', at: '2026-11-24T09:00:00.000Z' }
const confirmed = { status: 'confirmed', at: '2026-11-24T09:00:02.000Z' }
const cancelled = { status: 'cancelled', at: '2026-11-24T10:00:00.000Z' }

function timeline(
  status: 'pending' | 'confirmed' | 'fulfilled' | 'cancelled',
  payment: 'pending' | 'requires_action' | 'paid' | 'declined' | 'voided' | 'refunded',
  history: { status: string; at: string }[],
  reason: string | null = null,
  handover: 'shipping' | 'pickup' = 'shipping',
) {
  return orderTimeline({
    status,
    payment: { status: payment, provider: 'test', actionUrl: null, reason },
    placedAt: placed.at,
    history,
    shippingOption: { id: 'one', title: 'One', delivery: 'soon', price: money(0, 'EUR'), handover },
  })
}

describe('orderTimeline()', () => {
  it('shows whether the payment waits for the shopper or for the bank', () => {
    expect(timeline('pending', 'requires_action', [placed]).map(({ title }) => title)).toEqual([
      'Placed',
      'Waiting for your confirmation',
      'Packed and shipped',
    ])
    expect(timeline('pending', 'pending', [placed])[1]?.title).toBe('Payment in progress')
  })

  it('shows pickup instead of shipping for an order that is picked up', () => {
    const shipped = { status: 'fulfilled', at: '2026-11-25T08:00:00.000Z' }
    const waiting = timeline('pending', 'pending', [placed], null, 'pickup')
    expect(waiting.at(-1)?.title).toBe('Packed and ready for pickup')
    const fulfilled = timeline('fulfilled', 'paid', [placed, confirmed, shipped], null, 'pickup')
    expect(fulfilled.at(-1)?.title).toBe('Ready for pickup')
  })

  it('shows the steps placed, paid, being packed and shipped', () => {
    expect(timeline('confirmed', 'paid', [placed, confirmed]).map(({ state }) => state)).toEqual([
      'done',
      'done',
      'now',
    ])
    const shipped = { status: 'fulfilled', at: '2026-11-25T08:00:00.000Z' }
    expect(timeline('fulfilled', 'paid', [placed, confirmed, shipped]).at(-1)).toEqual({
      title: 'Shipped',
      state: 'done',
      at: shipped.at,
    })
  })

  it('shows the reason of a declined payment, and no step "Paid"', () => {
    const steps = timeline('cancelled', 'declined', [placed, cancelled], 'The card has expired')
    expect(steps.map(({ title }) => title)).toEqual(['Placed', 'Payment declined'])
    expect(steps[1]).toMatchObject({ state: 'failed', at: cancelled.at, note: 'The card has expired' })
  })

  it.each([
    ['paid', 'Your refund is on its way'],
    ['refunded', 'Your payment was refunded'],
  ] as const)('shows for a cancelled order whose payment is %s: %s', (payment, note) => {
    const steps = timeline('cancelled', payment, [placed, confirmed, cancelled])
    expect(steps.map(({ title }) => title)).toEqual(['Placed', 'Paid', 'Cancelled'])
    expect(steps[2]?.note).toBe(note)
  })

  it('shows that nothing was charged if the payment was voided', () => {
    expect(timeline('cancelled', 'voided', [placed, cancelled])[1]?.note).toBe('Nothing was charged')
  })

  it('shows that an order was cancelled because it was not paid in time', () => {
    const steps = timeline(
      'cancelled',
      'voided',
      [placed, cancelled],
      'The payment was not completed in time',
    )
    expect(steps[1]?.note).toBe('The payment was not completed in time. Nothing was charged')
  })
})

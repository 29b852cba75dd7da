import { describe, expect, it } from 'vitest'
import { endOf } from './checkout-end.ts'

describe('endOf()', () => {
  it("tells the provider's reason for a decline", () => {
    const outcome = { status: 'declined', reason: 'The card was declined' } as const
    expect(endOf({ outcome, endedBy: null })).toEqual({
      paymentStatus: 'declined',
      reason: 'The card was declined',
    })
  })

  it('tells who gave up a payment that was never taken', () => {
    const outcome = { status: 'requires_action' } as const
    expect(endOf({ outcome, endedBy: 'shopper' })).toEqual({
      paymentStatus: 'voided',
      reason: 'The order was cancelled',
    })
    expect(endOf({ outcome, endedBy: 'time' })).toMatchObject({ paymentStatus: 'voided' })
    expect(endOf({ outcome: { status: 'unknown' }, endedBy: 'time' })).toMatchObject({
      paymentStatus: 'voided',
    })
  })

  it('tells of money that was taken and went back', () => {
    expect(endOf({ outcome: { status: 'succeeded' }, endedBy: null })).toEqual({
      paymentStatus: 'refunded',
      reason: 'The goods were gone before the payment was complete',
    })
  })
})

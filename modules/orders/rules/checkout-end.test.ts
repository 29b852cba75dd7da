import { describe, expect, it } from 'vitest'
import { endOf } from './checkout-end.ts'

describe('endOf()', () => {
  it("tells the provider's reason for a decline", () => {
    const outcome = { status: 'declined', reason: 'The card was declined' } as const
    expect(endOf({ outcome, returned: null, endedBy: null })).toEqual({
      paymentStatus: 'declined',
      reason: 'The card was declined',
    })
  })

  it('tells who gave up a payment that was never taken', () => {
    const outcome = { status: 'requires_action' } as const
    expect(endOf({ outcome, returned: 'voided', endedBy: 'shopper' })).toEqual({
      paymentStatus: 'voided',
      reason: 'The order was cancelled',
    })
    expect(endOf({ outcome, returned: 'voided', endedBy: 'time' })).toEqual({
      paymentStatus: 'voided',
      reason: 'The payment was not completed in time',
    })
  })

  it('tells of money that was taken, heard of or not, and went back', () => {
    expect(endOf({ outcome: { status: 'succeeded' }, returned: 'refunded', endedBy: null })).toEqual({
      paymentStatus: 'refunded',
      reason: 'The goods were gone before the payment was complete',
    })
    expect(endOf({ outcome: { status: 'unknown' }, returned: 'refunded', endedBy: 'time' })).toMatchObject({
      paymentStatus: 'refunded',
    })
  })

  it('says that nothing is kept while nothing was asked', () => {
    expect(endOf({ outcome: null, returned: null, endedBy: 'time' })).toMatchObject({
      paymentStatus: 'voided',
    })
  })
})

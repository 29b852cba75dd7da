import { describe, expect, it } from 'vitest'
import { endOf } from './checkout-end.ts'

describe('endOf()', () => {
  it("tells the provider's reason for a decline", () => {
    const outcome = { status: 'declined', reason: 'The card was declined' } as const
    expect(endOf({ outcome, returned: null, endedBy: null, order: null })).toEqual({
      paymentStatus: 'declined',
      reason: 'The card was declined',
      tell: false,
    })
  })

  it('tells who gave up a payment that was never taken', () => {
    const outcome = { status: 'requires_action' } as const
    expect(endOf({ outcome, returned: 'voided', endedBy: 'shopper', order: null })).toMatchObject({
      paymentStatus: 'voided',
      reason: 'The order was cancelled',
    })
    expect(endOf({ outcome, returned: 'voided', endedBy: 'time', order: null })).toMatchObject({
      paymentStatus: 'voided',
      reason: 'The payment was not completed in time',
    })
  })

  it('tells of money that was taken, heard of or not, and went back', () => {
    expect(
      endOf({ outcome: { status: 'succeeded' }, returned: 'refunded', endedBy: null, order: null }),
    ).toMatchObject({
      paymentStatus: 'refunded',
      reason: 'The goods were gone before the payment was complete',
    })
    expect(
      endOf({ outcome: { status: 'unknown' }, returned: 'refunded', endedBy: 'time', order: null }),
    ).toMatchObject({
      paymentStatus: 'refunded',
    })
  })

  it('says that nothing is kept while nothing was asked', () => {
    expect(endOf({ outcome: null, returned: null, endedBy: 'time', order: null })).toMatchObject({
      paymentStatus: 'voided',
    })
  })

  const atBank = { payment: { status: 'requires_action' } } as const
  const unknown = { payment: { status: 'pending' } } as const
  const declined = { status: 'declined', reason: 'No' } as const
  it.each([
    ['time, while it waited for the shopper', { endedBy: 'time', order: atBank }, true],
    ['goods that were gone after it waited', { order: unknown }, true],
    ['goods that were gone at once, and money came back', { returned: 'refunded', order: null }, true],
    [
      'the shop, while it waited for the shopper',
      { endedBy: 'shop', returned: 'voided', order: atBank },
      true,
    ],
    ['the shopper, and money came back', { endedBy: 'shopper', returned: 'refunded', order: atBank }, true],
    ['a decline long after the answer', { outcome: declined, order: unknown }, true],
    ['a refusal at the bank', { outcome: declined, order: atBank }, false],
    ['a decline that was the answer', { outcome: declined, order: null }, false],
    ['the shopper', { endedBy: 'shopper', returned: 'voided', order: atBank }, false],
    ['a limit, which was the answer', { endedBy: 'limit', order: atBank }, false],
  ] as const)('is told by mail or not, ended by %s', (_by, ended, tell) => {
    expect(endOf({ outcome: null, returned: null, endedBy: null, ...ended }).tell).toBe(tell)
  })
})

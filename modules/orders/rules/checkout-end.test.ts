import { describe, expect, it } from 'vitest'
import { checkoutEnd } from './checkout-end.ts'

describe('checkoutEnd()', () => {
  it("returns the provider's reason for a decline", () => {
    const outcome = { status: 'declined', reason: 'The card was declined' } as const
    expect(checkoutEnd({ outcome, returned: null, endedBy: null, order: null })).toEqual({
      paymentStatus: 'declined',
      reason: 'The card was declined',
      tell: false,
    })
  })

  it('returns the reason of a payment that was cancelled before it was captured', () => {
    const outcome = { status: 'requires_action' } as const
    expect(checkoutEnd({ outcome, returned: 'voided', endedBy: 'shopper', order: null })).toMatchObject({
      paymentStatus: 'voided',
      reason: 'The order was cancelled',
    })
    expect(checkoutEnd({ outcome, returned: 'voided', endedBy: 'time', order: null })).toMatchObject({
      paymentStatus: 'voided',
      reason: 'The payment was not completed in time',
    })
  })

  it('returns a refund for captured money, whether its outcome was known or not', () => {
    expect(
      checkoutEnd({ outcome: { status: 'succeeded' }, returned: 'refunded', endedBy: null, order: null }),
    ).toMatchObject({
      paymentStatus: 'refunded',
      reason: 'The items sold out before the payment was complete',
    })
    expect(
      checkoutEnd({ outcome: { status: 'unknown' }, returned: 'refunded', endedBy: 'time', order: null }),
    ).toMatchObject({
      paymentStatus: 'refunded',
    })
  })

  it('is voided when no payment was requested', () => {
    expect(checkoutEnd({ outcome: null, returned: null, endedBy: 'time', order: null })).toMatchObject({
      paymentStatus: 'voided',
    })
  })

  const atBank = { payment: { status: 'requires_action' } } as const
  const unknown = { payment: { status: 'pending' } } as const
  const declined = { status: 'declined', reason: 'No' } as const
  it.each([
    ['timeout, while it waited for the shopper', { endedBy: 'time', order: atBank }, true],
    ['a shortage after it waited', { order: unknown }, true],
    ['an immediate shortage, with a refund', { returned: 'refunded', order: null }, true],
    [
      'the shop, while it waited for the shopper',
      { endedBy: 'shop', returned: 'voided', order: atBank },
      true,
    ],
    ['the shopper, with a refund', { endedBy: 'shopper', returned: 'refunded', order: atBank }, true],
    ['a decline long after the answer to placeOrder()', { outcome: declined, order: unknown }, true],
    ['a refusal on the page of the bank', { outcome: declined, order: atBank }, false],
    ['a decline in the answer to placeOrder()', { outcome: declined, order: null }, false],
    ['the shopper', { endedBy: 'shopper', returned: 'voided', order: atBank }, false],
    ['a limit, in the answer to placeOrder()', { endedBy: 'limit', order: atBank }, false],
  ] as const)('decides about an email for an order ended by %s', (_by, ended, tell) => {
    expect(checkoutEnd({ outcome: null, returned: null, endedBy: null, ...ended }).tell).toBe(tell)
  })
})

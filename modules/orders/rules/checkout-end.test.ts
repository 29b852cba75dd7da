import { describe, expect, it } from 'vitest'
import { checkoutEnd } from './checkout-end.ts'

describe('checkoutEnd()', () => {
  it("returns the provider's reason for a decline", () => {
    const outcome = { status: 'declined', reason: 'The card was declined' } as const
    expect(checkoutEnd({ outcome, returned: null, endedBy: null, order: null })).toEqual({
      paymentStatus: 'declined',
      reason: 'The card was declined',
      notifyBuyer: false,
    })
  })

  it('returns the status voided for a payment that was cancelled before its capture, with the reason why the checkout ended', () => {
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

  it('returns the status refunded for a captured payment, whether its outcome was known or not', () => {
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

  it('returns the status voided when no payment was requested', () => {
    expect(checkoutEnd({ outcome: null, returned: null, endedBy: 'time', order: null })).toMatchObject({
      paymentStatus: 'voided',
    })
  })

  const waitingForShopper = { payment: { status: 'requires_action' } } as const
  const waitingForProvider = { payment: { status: 'pending' } } as const
  const declined = { status: 'declined', reason: 'No' } as const
  it.each([
    [
      'the time to pay ran out while the order waited for the shopper',
      'sent',
      { endedBy: 'time', order: waitingForShopper },
    ],
    ['the items sold out while the order waited for payment', 'sent', { order: waitingForProvider }],
    [
      'the items sold out before the answer to placeOrder(), and the payment was refunded',
      'sent',
      { returned: 'refunded', order: null },
    ],
    [
      'the shop cancelled the order while it waited for the shopper',
      'sent',
      { endedBy: 'shop', returned: 'voided', order: waitingForShopper },
    ],
    [
      'the shopper cancelled the order, and the payment was refunded',
      'sent',
      { endedBy: 'shopper', returned: 'refunded', order: waitingForShopper },
    ],
    [
      'the payment was declined long after the answer to placeOrder()',
      'sent',
      { outcome: declined, order: waitingForProvider },
    ],
    [
      'the shopper refused on the page of the bank',
      'not sent',
      { outcome: declined, order: waitingForShopper },
    ],
    [
      'the payment was declined, reported in the answer to placeOrder()',
      'not sent',
      { outcome: declined, order: null },
    ],
    [
      'the shopper cancelled the order before the payment was captured',
      'not sent',
      { endedBy: 'shopper', returned: 'voided', order: waitingForShopper },
    ],
    [
      'too many unpaid items, reported in the answer to placeOrder()',
      'not sent',
      { endedBy: 'limit', order: waitingForShopper },
    ],
  ] as const)('%s: email %s', (_case, email, state) => {
    const { notifyBuyer } = checkoutEnd({ outcome: null, returned: null, endedBy: null, ...state })
    expect(notifyBuyer).toBe(email === 'sent')
  })
})

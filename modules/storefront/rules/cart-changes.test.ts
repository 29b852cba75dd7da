import { describe, expect, it } from 'vitest'
import type { Cart } from '#modules/cart/contract.ts'
import { cart } from '../views/fixtures.ts'
import { changesSince, readSeen, seenOf } from './cart-changes.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const [first, ...others] = cart.lines as [Cart['lines'][number], ...Cart['lines']]
const { name } = seenOf(cart).lines[0]!
const higherTotals = { ...cart.totals, total: eur(cart.totals.total.amount + 500) }
const priceNow = eur(first.unitPrice.amount + 500)

describe('changesSince()', () => {
  it('isolates a name that sets right-to-left direction', () => {
    const named = { ...cart, lines: [{ ...first, title: 'CUP\u202e', variantTitle: 'CUP\u202e' }] }
    expect(changesSince(seenOf(named), { ...named, lines: [] })).toEqual([
      '\u2068CUP\u202e\u2069 is no longer in your cart.',
    ])
  })

  it('returns no sentences for an unchanged cart', () => {
    expect(changesSince(seenOf(cart), cart)).toEqual([])
  })

  it.each<[string, Partial<Cart>, string[]]>([
    [
      'a price',
      { lines: [{ ...first, unitPrice: priceNow }, ...others], totals: higherTotals },
      [
        expect.stringMatching(/ now costs €[\d.]+\. It was €[\d.]+\.$/),
        expect.stringMatching(/^The total is now €[\d.]+ because a price has changed\. It was €[\d.]+\.$/),
      ],
    ],
    [
      'a quantity',
      { lines: [{ ...first, quantity: 9 }, ...others], totals: higherTotals },
      [
        `The quantity of ${name} is now 9. It was ${first.quantity}.`,
        expect.stringMatching(/^The total is now €[\d.]+\. It was €[\d.]+\.$/),
      ],
    ],
    [
      'one product to another at the same total',
      { lines: [{ ...first, variantId: 'var_new', title: 'Bowl', variantTitle: 'Bowl' }, ...others] },
      ['Bowl was added to your cart.', `${name} is no longer in your cart.`],
    ],
    [
      'the email address and the recipient',
      {
        contact: {
          ...cart.contact!,
          email: 'other@example.com',
          shippingAddress: { ...cart.contact!.shippingAddress, name: 'Other' },
        },
      },
      ['The email address is now other@example.com.', 'The delivery address has changed.'],
    ],
    [
      'the delivery method',
      { shippingOption: { ...cart.shippingOption!, title: 'Express', price: eur(1290) } },
      [expect.stringMatching(/^Delivery is now Express, €12\.90\. It was /)],
    ],
    [
      'a coupon',
      { coupons: [{ code: 'NEW', title: 'New' }] },
      expect.arrayContaining(['The coupon NEW was applied.']),
    ],
  ])('describes a change of %s', (_what, change, expected) => {
    expect(changesSince(seenOf(cart), { ...cart, ...change })).toEqual(expected)
  })
})

describe('readSeen()', () => {
  it('reads the value of the form field', () => {
    expect(readSeen(JSON.stringify(seenOf(cart)))).toEqual(seenOf(cart))
  })

  it.each([undefined, '', 'null', '{}', '[]', '{"lines":[{}],"coupons":[]}', '{"lines":1}'])(
    'returns undefined for %s',
    (text) => {
      expect(readSeen(text)).toBeUndefined()
    },
  )
})

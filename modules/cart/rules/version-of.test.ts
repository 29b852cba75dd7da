import { expect, it } from 'vitest'
import { presentCart } from './present-cart.ts'
import { aCart, aLine, contactIn } from './testing.ts'
import { versionOf } from './version-of.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const whole = {
  lines: [aLine({ id: 'lin_1' }), aLine({ id: 'lin_2', variantId: 'var_2', title: 'Bowl', unitPrice: 1000 })],
  contact: contactIn('DE'),
  shippingOptionId: 'standard',
  coupons: ['WELCOME10'],
}
const versionWith = (change: Parameters<typeof aCart>[0] = {}) =>
  presentCart(aCart({ ...whole, ...change }), NOW).version
const [first, second] = whole.lines as [ReturnType<typeof aLine>, ReturnType<typeof aLine>]
const { shippingAddress } = whole.contact

it.each<[string, Parameters<typeof aCart>[0]]>([
  ['another price', { lines: [{ ...first, unitPrice: 1001 }, second] }],
  [
    'prices that change places',
    {
      lines: [
        { ...first, quantity: 2 },
        { ...second, unitPrice: 0 },
      ],
    },
  ],
  ['another product for the same price', { lines: [{ ...first, variantId: 'var_3' }, second] }],
  ['another name', { lines: [{ ...first, title: 'Cup' }, second] }],
  ['a line less', { lines: [first] }],
  ['another e-mail address', { contact: { ...whole.contact, email: 'other@example.com' } }],
  [
    'another house',
    { contact: { ...whole.contact, shippingAddress: { ...shippingAddress, line1: 'Street 2' } } },
  ],
  ['another bill', { contact: { ...whole.contact, billingAddress: { ...shippingAddress, name: 'B' } } }],
  ['another way to ship', { shippingOptionId: 'express' }],
  ['no coupon', { coupons: [] }],
])('%s is another version', (_what, change) => {
  expect(versionWith(change)).not.toBe(versionWith())
})

it.each<[string, Parameters<typeof aCart>[0]]>([
  ['the count of its changes', { version: 7 }],
  ['the time when it expires', { expiresAt: new Date('2026-08-01') }],
  ['its pictures', { lines: [{ ...first, pictureUrl: '/pictures/other' }, second] }],
  [
    'the order of an address’s members',
    {
      contact: {
        ...whole.contact,
        shippingAddress: Object.fromEntries(
          Object.entries(shippingAddress).reverse(),
        ) as typeof shippingAddress,
      },
    },
  ],
])('%s makes no difference', (_what, change) => {
  expect(versionWith(change)).toBe(versionWith())
})

it('is one line of text that a form can carry', () => {
  expect(versionOf(presentCart(aCart(whole), NOW))).toMatch(/^[\w-]{22}$/)
})

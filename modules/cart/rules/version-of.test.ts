import { expect, it } from 'vitest'
import { presentCart } from './present-cart.ts'
import { aCart, aLine, aQuote, contactIn } from './testing.ts'
import { versionOf } from './version-of.ts'

const whole = {
  lines: [aLine({ id: 'lin_1' }), aLine({ id: 'lin_2', variantId: 'var_2', title: 'Bowl', unitPrice: 1000 })],
  contact: contactIn('DE'),
  shippingOptionId: 'standard',
  coupons: ['WELCOME10'],
}
const versionWith = (change: Parameters<typeof aCart>[0] = {}) => present({ ...whole, ...change }).version
const [first, second] = whole.lines as [ReturnType<typeof aLine>, ReturnType<typeof aLine>]
const { shippingAddress } = whole.contact

it.each<[string, Parameters<typeof aCart>[0]]>([
  ['a different price', { lines: [{ ...first, unitPrice: 1001 }, second] }],
  [
    'different quantities and prices with the same total',
    {
      lines: [
        { ...first, quantity: 2 },
        { ...second, unitPrice: 0 },
      ],
    },
  ],
  ['a different product at the same price', { lines: [{ ...first, variantId: 'var_3' }, second] }],
  ['a different title', { lines: [{ ...first, title: 'Cup' }, second] }],
  ['a removed line', { lines: [first] }],
  ['a different email address', { contact: { ...whole.contact, email: 'other@example.com' } }],
  [
    'a different shipping address',
    { contact: { ...whole.contact, shippingAddress: { ...shippingAddress, line1: 'Street 2' } } },
  ],
  ['a billing address', { contact: { ...whole.contact, billingAddress: { ...shippingAddress, name: 'B' } } }],
  ['a different shipping option', { shippingOptionId: 'express' }],
  ['a removed coupon', { coupons: [] }],
])('%s changes the version', (_what, change) => {
  expect(versionWith(change)).not.toBe(versionWith())
})

it.each<[string, Parameters<typeof aCart>[0]]>([
  ['the internal version', { version: 7 }],
  ['the time of expiry', { expiresAt: new Date('2026-08-01') }],
  ['a picture', { lines: [{ ...first, pictureUrl: '/pictures/other' }, second] }],
  [
    'the order of the members of an address',
    {
      contact: {
        ...whole.contact,
        shippingAddress: Object.fromEntries(
          Object.entries(shippingAddress).reverse(),
        ) as typeof shippingAddress,
      },
    },
  ],
])('%s does not change the version', (_what, change) => {
  expect(versionWith(change)).toBe(versionWith())
})

it('the version is 22 characters that are safe in a form', () => {
  expect(versionOf(present(whole))).toMatch(/^[\w-]{22}$/)
})

function present(change: Parameters<typeof aCart>[0]) {
  const cart = aCart(change)
  return presentCart({ cart, problems: new Map() }, aQuote(cart))
}

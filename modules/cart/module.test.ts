import { expect, it } from 'vitest'
import { openShop } from '#tests/support/shop.ts'
import { newGuest } from './handlers/testing.ts'
import { definition } from './module.ts'

it('opens carts in the currency of the shop', async () => {
  const shop = await openShop({ modules: ['cart'], environment: { PANDO_CURRENCY: 'USD' } })
  try {
    const { cartId, cart } = await newGuest(shop)
    expect((await cart.getCart({ cartId })).totals.total).toEqual({ amount: 0, currency: 'USD' })
  } finally {
    await shop.stop()
  }
})

it('refuses a currency that does not exist', () => {
  const check = definition.settings.PANDO_CURRENCY!.check!
  expect(check('CHF')).toBeUndefined()
  expect(check('EURO')).toBe('is not a currency: set an ISO 4217 code, such as EUR')
})

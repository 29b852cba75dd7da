import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { contactIn, newGoods, newGuest } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

describe('setContact()', () => {
  it('keeps who buys and where the goods go', async () => {
    const { cartId, cart } = await newGuest(shop)
    const contact = { ...contactIn('FR'), billingAddress: contactIn('DE').shippingAddress }
    expect(await cart.setContact({ cartId, ...contact })).toMatchObject({ contact })
    expect(await cart.getCart({ cartId })).toMatchObject({ contact })
    expect((await cart.setContact({ cartId, ...contactIn('FR') })).contact).toEqual(contactIn('FR'))
  })

  it('refuses a country to which nothing is shipped', async () => {
    const { cartId, cart } = await newGuest(shop)
    const setting = cart.setContact({ cartId, ...contactIn('AQ') })
    await expect(setting).rejects.toMatchObject({ code: 'COUNTRY_NOT_SERVED', status: 422 })
    expect((await cart.getCart({ cartId })).contact).toBeNull()
  })
})

describe('listCountries()', () => {
  it('lists the countries that setContact() takes', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { items } = await cart.listCountries({})
    expect(items).toContainEqual({ code: 'DE', name: 'Germany' })
    for (const { code } of items) {
      expect((await cart.setContact({ cartId, ...contactIn(code) })).contact?.shippingAddress.country).toBe(
        code,
      )
    }
  })
})

describe('listShippingOptions()', () => {
  it('lists the ways to the address with prices', async () => {
    const { cartId, cart } = await filled()
    await cart.setContact({ cartId, ...contactIn('DE') })
    const { items } = await cart.listShippingOptions({ cartId })
    expect(items.map(({ id, price }) => [id, price.amount])).toEqual([
      ['standard', 490],
      ['express', 1290],
      ['pickup', 0],
    ])
  })

  it('needs an address', async () => {
    const { cartId, cart } = await filled()
    await expect(cart.listShippingOptions({ cartId })).rejects.toMatchObject({
      code: 'CONTACT_MISSING',
      status: 409,
    })
  })
})

describe('setShippingOption()', () => {
  it('chooses one, which the total then includes', async () => {
    const { cartId, cart } = await filled()
    await cart.setContact({ cartId, ...contactIn('DE') })
    const answer = await cart.setShippingOption({ cartId, shippingOptionId: 'express' })
    expect(answer.shippingOption).toMatchObject({ id: 'express', price: { amount: 1290 } })
    expect(answer.totals).toMatchObject({ shipping: { amount: 1290 }, total: { amount: 2290 } })
  })

  it('needs an address, and one of its options', async () => {
    const { cartId, cart } = await filled()
    const early = cart.setShippingOption({ cartId, shippingOptionId: 'standard' })
    await expect(early).rejects.toMatchObject({ code: 'CONTACT_MISSING', status: 409 })
    await cart.setContact({ cartId, ...contactIn('FR') })
    const elsewhere = cart.setShippingOption({ cartId, shippingOptionId: 'pickup' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'SHIPPING_OPTION_UNKNOWN', status: 422 })
  })

  it('is void after a move to where the option is not offered', async () => {
    const { cartId, cart } = await filled()
    await cart.setContact({ cartId, ...contactIn('DE') })
    await cart.setShippingOption({ cartId, shippingOptionId: 'pickup' })
    const moved = await cart.setContact({ cartId, ...contactIn('FR') })
    expect(moved.shippingOption).toBeNull()
  })
})

describe('addCoupon() and removeCoupon()', () => {
  it('change the total; a repeat changes nothing', async () => {
    const { cartId, cart } = await filled()
    const reduced = await cart.addCoupon({ cartId, code: ' welcome10' })
    expect(reduced.coupons).toEqual([{ code: 'WELCOME10', title: '10 % off' }])
    expect(reduced.totals).toMatchObject({ discount: { amount: 100 }, total: { amount: 900 } })
    expect(await cart.addCoupon({ cartId, code: 'WELCOME10' })).toEqual(reduced)
    const full = await cart.removeCoupon({ cartId, code: 'Welcome10' })
    expect(full).toMatchObject({ coupons: [], totals: { total: { amount: 1000 } } })
    expect(await cart.removeCoupon({ cartId, code: 'WELCOME10' })).toEqual(full)
  })

  it('refuse a code that does not exist', async () => {
    const { cartId, cart } = await filled()
    const applying = cart.addCoupon({ cartId, code: 'SESAME' })
    await expect(applying).rejects.toMatchObject({ code: 'COUPON_UNKNOWN', status: 422 })
  })
})

/** A guest whose cart has goods for 10 euros. */
async function filled() {
  const guest = await newGuest(shop)
  const { variantId } = await newGoods(shop, { price: 1000 })
  await guest.cart.addLine({ cartId: guest.cartId, variantId, quantity: 1 })
  return guest
}

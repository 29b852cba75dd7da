import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { contactIn } from '../rules/testing.ts'
import { newGoods, newGuest } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

describe('setContact()', () => {
  it('stores the buyer and the addresses', async () => {
    const { cartId, cart } = await newGuest(shop)
    const contact = { ...contactIn('FR'), billingAddress: contactIn('DE').shippingAddress }
    expect(await cart.setContact({ cartId, ...contact })).toMatchObject({ contact })
    expect(await cart.getCart({ cartId })).toMatchObject({ contact })
    expect((await cart.setContact({ cartId, ...contactIn('FR') })).contact).toEqual(contactIn('FR'))
  })

  it('stores addresses in the format of their country', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { email, shippingAddress } = contactIn('DE')
    const typed = { ...shippingAddress, name: ' Ada ', postalCode: ' １０１１５ ', line2: '' }
    const kept = { ...shippingAddress, name: 'Ada', postalCode: '10115' }
    const set = await cart.setContact({ cartId, email, shippingAddress: typed, billingAddress: typed })
    expect(set.contact).toEqual({ email, shippingAddress: kept, billingAddress: kept })
    // The version does not depend on how the addresses were typed
    const plain = await cart.setContact({ cartId, email, shippingAddress: kept, billingAddress: kept })
    expect(plain.version).toBe(set.version)
  })

  it('refuses a country to which nothing is shipped', async () => {
    const { cartId, cart } = await newGuest(shop)
    const setting = cart.setContact({ cartId, ...contactIn('AQ') })
    await expect(setting).rejects.toMatchObject({ code: 'COUNTRY_NOT_SERVED', status: 422 })
    expect((await cart.getCart({ cartId })).contact).toBeNull()
  })

  it('refuses addresses that break the rules of their country, and names each wrong field of both', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { shippingAddress: german, email } = contactIn('DE')
    const setting = cart.setContact({
      cartId,
      email,
      // A zero-width space is not a name, and addresses in Germany have no region
      shippingAddress: { ...german, name: '\u200b', postalCode: 'ABC', region: 'CA' },
      billingAddress: { ...german, country: 'XX' },
    })
    await expect(setting).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
      status: 422,
      data: {
        fields: [
          { field: '/shippingAddress/name', message: 'Enter the full name' },
          {
            field: '/shippingAddress/postalCode',
            message: 'Check the postal code: it should look like 10115 (Germany)',
          },
          { field: '/shippingAddress/region' },
          { field: '/billingAddress/country' },
        ],
      },
    })
    const unknown = cart.setContact({ cartId, email, shippingAddress: { ...german, country: 'XX' } })
    await expect(unknown).rejects.toMatchObject({ code: 'ADDRESS_INVALID' })
    const { region: _state, ...withoutState } = contactIn('US').shippingAddress
    const american = cart.setContact({ cartId, email, shippingAddress: withoutState })
    await expect(american).rejects.toMatchObject({ data: { fields: [{ field: '/shippingAddress/region' }] } })
    expect((await cart.getCart({ cartId })).contact).toBeNull()
  })

  it('accepts an address in Hong Kong, which has no postal codes', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { contact } = await cart.setContact({ cartId, ...contactIn('HK') })
    const { postalCode: _code, ...german } = contactIn('DE').shippingAddress
    expect(contact?.shippingAddress).toStrictEqual({ ...german, country: 'HK' })
  })

  it('stores the domain of an email address in ASCII, and refuses an invalid domain', async () => {
    const { cartId, cart } = await newGuest(shop)
    const set = (email: string) => cart.setContact({ cartId, ...contactIn('DE'), email })
    expect((await set('user@münchen.test')).contact?.email).toBe('user@xn--mnchen-3ya.test')
    for (const email of ['user@mün..test', 'user@ü', `user@${'ü'.repeat(70)}.test`])
      await expect(set(email)).rejects.toMatchObject({ code: 'EMAIL_INVALID', status: 422 })
    // The schema of the input refuses these
    for (const email of ['user@', 'user@münchen.test/x', 'ü@münchen.test', 'user@b..test', 'user@ü.test\n'])
      await expect(set(email)).rejects.toMatchObject({ code: 'INVALID_INPUT', status: 400 })
    expect((await cart.getCart({ cartId })).contact?.email).toBe('user@xn--mnchen-3ya.test')
  })
})

describe('listCountries()', () => {
  it('lists the countries that setContact() accepts', async () => {
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
  it('lists the options for the address, with prices', async () => {
    const { cartId, cart } = await filled()
    await cart.setContact({ cartId, ...contactIn('DE') })
    const { items } = await cart.listShippingOptions({ cartId })
    expect(items.map(({ id, price, handover }) => [id, price.amount, handover])).toEqual([
      ['standard', 490, 'shipping'],
      ['express', 1290, 'shipping'],
      ['pickup', 0, 'pickup'],
    ])
  })

  it('requires an address', async () => {
    const { cartId, cart } = await filled()
    await expect(cart.listShippingOptions({ cartId })).rejects.toMatchObject({
      code: 'CONTACT_MISSING',
      status: 409,
    })
  })
})

describe('setShippingOption()', () => {
  it('chooses an option and adds its price to the total', async () => {
    const { cartId, cart } = await filled()
    await cart.setContact({ cartId, ...contactIn('DE') })
    const answer = await cart.setShippingOption({ cartId, shippingOptionId: 'express' })
    expect(answer.shippingOption).toMatchObject({ id: 'express', price: { amount: 1290 } })
    expect(answer.totals).toMatchObject({ shipping: { amount: 1290 }, total: { amount: 2290 } })
  })

  it('requires an address, and an option that is offered for it', async () => {
    const { cartId, cart } = await filled()
    const early = cart.setShippingOption({ cartId, shippingOptionId: 'standard' })
    await expect(early).rejects.toMatchObject({ code: 'CONTACT_MISSING', status: 409 })
    await cart.setContact({ cartId, ...contactIn('FR') })
    const elsewhere = cart.setShippingOption({ cartId, shippingOptionId: 'pickup' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'SHIPPING_OPTION_UNKNOWN', status: 422 })
  })

  it('is undone by a new address for which the option is not offered', async () => {
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
})

describe('addCoupon()', () => {
  it('refuses a code that does not exist', async () => {
    const { cartId, cart } = await filled()
    const applying = cart.addCoupon({ cartId, code: 'SESAME' })
    await expect(applying).rejects.toMatchObject({ code: 'COUPON_UNKNOWN', status: 422 })
  })
})

/** A guest whose cart has one piece for 10 euros. */
async function filled() {
  const guest = await newGuest(shop)
  const { variantId } = await newGoods(shop, { price: 1000 })
  await guest.cart.addLine({ cartId: guest.cartId, variantId, quantity: 1 })
  return guest
}

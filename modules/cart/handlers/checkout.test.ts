import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { hashSecret } from '#shared/secrets.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { contactIn } from '../rules/testing.ts'
import { newGoods, newGuest, saveProduct } from './testing.ts'

/** The version of the cart that `ready()` returns, after its three changes. */
const READY_VERSION = 4

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

describe('getCheckout()', () => {
  it('returns everything that an order stores, at current prices', async () => {
    const { cartId, cart, token, goods } = await ready()
    await saveProduct(shop, goods.handle, { price: 1500 })
    const checkout = await cart.getCheckout({ cartId })
    const seen = await cart.getCart({ cartId })
    expect(checkout).toEqual({
      cartId,
      version: READY_VERSION,
      cartVersion: seen.version,
      tokenHash: hashSecret(token),
      customerId: null,
      currency: 'EUR',
      lines: seen.lines,
      contact: contactIn('DE'),
      shippingOption: seen.shippingOption,
      coupons: [],
      discounts: [],
      promotions: [],
      taxes: seen.taxes,
      totals: seen.totals,
    })
    expect(checkout.totals.total.amount).toBe(1500 + 490)
  })

  it('refuses an empty cart', async () => {
    const { cartId, cart } = await newGuest(shop)
    await expect(cart.getCheckout({ cartId })).rejects.toMatchObject({ code: 'CART_EMPTY', status: 409 })
  })

  it('refuses a cart without a contact or a shipping option, and names what is missing', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop)
    await cart.addLine({ cartId, variantId, quantity: 1 })
    const missing = (names: string[]) => ({ code: 'CART_INCOMPLETE', status: 409, data: { missing: names } })
    await expect(cart.getCheckout({ cartId })).rejects.toMatchObject(missing(['contact', 'shippingOption']))
    await cart.setContact({ cartId, ...contactIn('DE') })
    await expect(cart.getCheckout({ cartId })).rejects.toMatchObject(missing(['shippingOption']))
  })

  it('refuses an address that is older than the rules of its country, and getCart() still shows it', async () => {
    const { cartId, cart } = await ready()
    const { email, shippingAddress } = contactIn('DE')
    const old = { email, shippingAddress, billingAddress: { ...shippingAddress, postalCode: 'ABC' } }
    // By SQL, because setContact() refuses it
    await shop.sql`update cart.cart set contact = ${shop.sql.json(old)} where id = ${cartId}`
    expect((await cart.getCart({ cartId })).contact).toEqual(old)
    await expect(cart.getCheckout({ cartId })).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
      status: 422,
      data: { fields: [{ field: '/billingAddress/postalCode' }] },
    })
    await cart.setContact({ cartId, ...contactIn('DE') })
    expect(await cart.getCheckout({ cartId })).toMatchObject({ contact: contactIn('DE') })
  })

  it('refuses and names each line that is no longer sold', async () => {
    const { cartId, cart, goods } = await ready()
    const other = await newGoods(shop)
    await cart.addLine({ cartId, variantId: other.variantId, quantity: 1 })
    await saveProduct(shop, goods.handle, { published: false })
    const refusal = (message: RegExp) => ({
      code: 'VARIANT_NOT_FOUND',
      status: 409,
      message: expect.stringMatching(message),
    })
    const one = new RegExp(`\\(${goods.variantId}\\): it is no longer sold\\. Remove it from`)
    await expect(cart.getCheckout({ cartId })).rejects.toMatchObject(refusal(one))
    await saveProduct(shop, other.handle, { published: false })
    const both = new RegExp(
      `${goods.variantId}.*${other.variantId}\\): they are no longer sold\\. Remove them from`,
    )
    await expect(cart.getCheckout({ cartId })).rejects.toMatchObject(refusal(both))
  })
})

describe('freezeCart()', () => {
  it('stops every change until the cart is thawed', async () => {
    const { cartId, cart, goods } = await ready()
    const { version } = await cart.getCheckout({ cartId })
    const orderId = newId('ord')
    await shop.calls.cart.freezeCart({ cartId, version, orderId })
    const { lines } = await cart.getCart({ cartId })
    const changes = [
      () => cart.addLine({ cartId, variantId: goods.variantId, quantity: 1 }),
      () => cart.updateLine({ cartId, lineId: lines[0]!.id, quantity: 2 }),
      () => cart.removeLine({ cartId, lineId: lines[0]!.id }),
      () => cart.setContact({ cartId, ...contactIn('FR') }),
      () => cart.setShippingOption({ cartId, shippingOptionId: 'express' }),
      () => cart.addCoupon({ cartId, code: 'WELCOME10' }),
      () => cart.removeCoupon({ cartId, code: 'WELCOME10' }),
      () => cart.getCheckout({ cartId }),
    ]
    for (const change of changes) {
      await expect(change()).rejects.toMatchObject({ code: 'CART_IN_CHECKOUT', status: 409 })
    }
    expect(await cart.getCart({ cartId })).toMatchObject({ status: 'frozen', orderId })
    await shop.calls.cart.thawCart({ cartId, orderId })
    expect(await cart.getCart({ cartId })).toMatchObject({ status: 'open', orderId: null })
    expect((await cart.addCoupon({ cartId, code: 'WELCOME10' })).coupons).toHaveLength(1)
  })

  it('refuses a cart that changed since it was read', async () => {
    const { cartId, cart } = await ready()
    const { version } = await cart.getCheckout({ cartId })
    await cart.addCoupon({ cartId, code: 'WELCOME10' })
    const freezing = shop.calls.cart.freezeCart({ cartId, version, orderId: newId('ord') })
    await expect(freezing).rejects.toMatchObject({ code: 'CART_CHANGED', status: 409 })
  })

  it('does nothing when repeated for the same order, even after the cart was closed', async () => {
    const { cartId, cart } = await ready()
    const freeze = { cartId, version: READY_VERSION, orderId: newId('ord') }
    await Promise.all([shop.calls.cart.freezeCart(freeze), shop.calls.cart.freezeCart(freeze)])
    await shop.calls.cart.closeCart(withoutVersion(freeze))
    await shop.calls.cart.freezeCart(freeze)
    expect((await cart.getCart({ cartId })).status).toBe('ordered')
  })

  it('succeeds for exactly one of many concurrent orders', async () => {
    const { cartId } = await ready()
    const freezings = Array.from({ length: 10 }, () =>
      shop.calls.cart.freezeCart({ cartId, version: READY_VERSION, orderId: newId('ord') }),
    )
    const results = await Promise.allSettled(freezings)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('refuses a late repeat after the cart was thawed', async () => {
    const { cartId } = await ready()
    const freeze = { cartId, version: READY_VERSION, orderId: newId('ord') }
    await shop.calls.cart.freezeCart(freeze)
    await shop.calls.cart.thawCart(withoutVersion(freeze))
    await expect(shop.calls.cart.freezeCart(freeze)).rejects.toMatchObject({ code: 'CART_CHANGED' })
  })

  it('is reversed by thawCart() even after the cart was closed', async () => {
    const { cartId, cart } = await ready()
    const freeze = { cartId, version: READY_VERSION, orderId: newId('ord') }
    await shop.calls.cart.freezeCart(freeze)
    await shop.calls.cart.closeCart(withoutVersion(freeze))
    await shop.calls.cart.thawCart({ cartId, orderId: newId('ord') })
    expect((await cart.getCart({ cartId })).status).toBe('ordered')
    await shop.calls.cart.thawCart(withoutVersion(freeze))
    expect(await cart.getCart({ cartId })).toMatchObject({ status: 'open', orderId: null })
  })

  it('excludes a concurrent change, so that an order never misses a line', async () => {
    for (let round = 0; round < 10; round++) {
      const { cartId, cart } = await ready()
      const { version } = await cart.getCheckout({ cartId })
      const [frozen, changed] = await Promise.allSettled([
        shop.calls.cart.freezeCart({ cartId, version, orderId: newId('ord') }),
        cart.addCoupon({ cartId, code: 'WELCOME10' }),
      ])
      expect([frozen.status, changed.status].sort()).toEqual(['fulfilled', 'rejected'])
      const { status, coupons } = await cart.getCart({ cartId })
      expect([status, coupons.length]).toEqual(frozen.status === 'fulfilled' ? ['frozen', 0] : ['open', 1])
    }
  })
})

describe('thawCart()', () => {
  it('makes a later freeze of the same order fail', async () => {
    const { cartId, cart } = await ready()
    const orderId = newId('ord')
    await shop.calls.cart.thawCart({ cartId, orderId })
    const freezing = shop.calls.cart.freezeCart({ cartId, version: READY_VERSION, orderId })
    await expect(freezing).rejects.toMatchObject({ code: 'CART_CHANGED' })
    expect((await cart.getCart({ cartId })).status).toBe('open')
  })

  it('leaves a cart frozen that another order froze', async () => {
    const { cartId, cart } = await ready()
    const orderId = newId('ord')
    await shop.calls.cart.freezeCart({ cartId, version: READY_VERSION, orderId })
    await shop.calls.cart.thawCart({ cartId, orderId: newId('ord') })
    expect((await cart.getCart({ cartId })).status).toBe('frozen')
  })
})

describe('closeCart()', () => {
  it('marks the cart as ordered; an attempt to change it fails with the id of the order', async () => {
    const { cartId, cart } = await ready()
    const orderId = newId('ord')
    await shop.calls.cart.freezeCart({ cartId, version: READY_VERSION, orderId })
    await shop.calls.cart.closeCart({ cartId, orderId })
    await shop.calls.cart.closeCart({ cartId, orderId })
    expect(await cart.getCart({ cartId })).toMatchObject({ status: 'ordered', orderId })
    const changing = cart.addCoupon({ cartId, code: 'WELCOME10' })
    await expect(changing).rejects.toMatchObject({ code: 'CART_ORDERED', status: 409, data: { orderId } })
  })

  it('does nothing to a cart that another order froze', async () => {
    const { cartId, cart } = await ready()
    await shop.calls.cart.freezeCart({ cartId, version: READY_VERSION, orderId: newId('ord') })
    await shop.calls.cart.closeCart({ cartId, orderId: newId('ord') })
    expect((await cart.getCart({ cartId })).status).toBe('frozen')
  })
})

describe('auditCarts()', () => {
  it('lists frozen carts page by page', async () => {
    const frozen: string[] = []
    let after: string | undefined
    for (;;) {
      const { carts } = await shop.calls.cart.auditCarts({ limit: 2, ...(after ? { after } : {}) })
      frozen.push(...carts.map((each) => each.cartId))
      if (carts.length === 0) break
      after = carts.at(-1)!.cartId
    }
    const rows = await shop.sql<
      { id: string }[]
    >`select id from cart.cart where status = 'frozen' order by id`
    // Tests above have left frozen carts
    expect(rows.length).toBeGreaterThan(2)
    expect(frozen).toEqual(rows.map((row) => row.id))
  })
})

/** A guest whose cart is ready to order, with one piece for 10 euros. */
async function ready() {
  const guest = await newGuest(shop)
  const { cartId } = guest
  const goods = await newGoods(shop, { price: 1000 })
  await guest.cart.addLine({ cartId, variantId: goods.variantId, quantity: 1 })
  await guest.cart.setContact({ cartId, ...contactIn('DE') })
  await guest.cart.setShippingOption({ cartId, shippingOptionId: 'standard' })
  return { ...guest, goods }
}

function withoutVersion({ cartId, orderId }: { cartId: string; orderId: string }) {
  return { cartId, orderId }
}

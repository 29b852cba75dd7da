import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, newSecret } from '#shared/ids.ts'
import { hashSecret } from '#shared/secrets.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { contactIn } from '../rules/testing.ts'
import { customer, newGoods, newGuest } from './testing.ts'

const DAY_MS = 86_400_000

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

type CartCalls = TestShop['calls']['cart']

/** Methods that only the owner of a cart may call, each with an input that the owner could send. */
const attempts: { [Name in keyof CartCalls]?: (cart: CartCalls, cartId: string) => Promise<unknown> } = {
  getCart: (cart, cartId) => cart.getCart({ cartId }),
  addLine: (cart, cartId) => cart.addLine({ cartId, variantId: newId('var'), quantity: 1 }),
  updateLine: (cart, cartId) => cart.updateLine({ cartId, lineId: newId('lin'), quantity: 1 }),
  removeLine: (cart, cartId) => cart.removeLine({ cartId, lineId: newId('lin') }),
  setContact: (cart, cartId) => cart.setContact({ cartId, ...contactIn('DE') }),
  listShippingOptions: (cart, cartId) => cart.listShippingOptions({ cartId }),
  setShippingOption: (cart, cartId) => cart.setShippingOption({ cartId, shippingOptionId: 'standard' }),
  addCoupon: (cart, cartId) => cart.addCoupon({ cartId, code: 'WELCOME10' }),
  removeCoupon: (cart, cartId) => cart.removeCoupon({ cartId, code: 'WELCOME10' }),
  getCheckout: (cart, cartId) => cart.getCheckout({ cartId }),
}

describe.each(Object.entries(attempts))('%s()', (_name, attempt) => {
  it('answers other callers as if the cart did not exist', async () => {
    const { cartId } = await newGuest(shop)
    const owned = await customer(shop, newId('cus')).createCart({})
    const stranger = await newGuest(shop)
    const strangers = [
      shop.as({ kind: 'guest' }).cart,
      stranger.cart,
      customer(shop, newId('cus')),
      customer(shop, newId('cus'), stranger.token),
      shop.as({ kind: 'staff', staffId: newId('stf'), permissions: ['orders.read'] }).cart,
    ]
    for (const cart of strangers) {
      for (const id of [cartId, owned.id, newId('crt')]) {
        await expect(attempt(cart, id)).rejects.toMatchObject({ code: 'CART_NOT_FOUND', status: 404 })
      }
    }
  })

  it('refuses the token of a guest’s cart once a customer has adopted the cart', async () => {
    const { cartId, token } = await newGuest(shop)
    const customerId = newId('cus')
    await customer(shop, customerId, token).adoptCart({ cartId })
    const cart = shop.as({ kind: 'guest', bearer: token }).cart
    await expect(attempt(cart, cartId)).rejects.toMatchObject({ code: 'CART_NOT_FOUND', status: 404 })
  })

  it('fails with CART_EXPIRED after 30 idle days', async () => {
    const { cartId, cart } = await newGuest(shop)
    shop.clock.advance(30 * DAY_MS)
    await expect(attempt(cart, cartId)).rejects.toMatchObject({ code: 'CART_EXPIRED', status: 410 })
  })
})

describe('createCart()', () => {
  it('returns a token of which only the hash is stored', async () => {
    const { cartId, token } = await newGuest(shop)
    const [row] = await shop.sql<{ text: string; hash: string }[]>`
      select cart::text as text, token_hash as hash from cart.cart where id = ${cartId}`
    expect(token).toMatch(/^crt_[0-9a-z]{32}$/)
    expect(row!.hash).toBe(hashSecret(token))
    expect(row!.text).not.toContain(token)
  })

  it('returns no token to a customer', async () => {
    const customerId = newId('cus')
    const { id: cartId, token } = await customer(shop, customerId).createCart({})
    expect(token).toBeNull()
    expect((await customer(shop, customerId).getCart({ cartId })).id).toBe(cartId)
    await expect(customer(shop, newId('cus')).getCart({ cartId })).rejects.toMatchObject({
      code: 'CART_NOT_FOUND',
    })
  })

  it('returns the same cart to parallel requests of one customer', async () => {
    const { variantId } = await newGoods(shop)
    const customerId = newId('cus')
    const carts = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { id: cartId } = await customer(shop, customerId).createCart({})
        return await customer(shop, customerId).addLine({ cartId, variantId, quantity: 1 })
      }),
    )
    expect(new Set(carts.map(({ id }) => id)).size).toBe(1)
    const { lines } = await customer(shop, customerId).getCart({ cartId: carts[0]!.id })
    expect(lines).toMatchObject([{ variantId, quantity: 8 }])
  })

  it('returns an empty cart to a customer whose cart has expired', async () => {
    const { variantId } = await newGoods(shop)
    const customerId = newId('cus')
    const { id: cartId } = await customer(shop, customerId).createCart({})
    await customer(shop, customerId).addLine({ cartId, variantId, quantity: 1 })
    await customer(shop, customerId).setContact({ cartId, ...contactIn('DE') })
    shop.clock.advance(31 * DAY_MS)
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId: null })
    const { id } = await customer(shop, customerId).createCart({})
    expect(await customer(shop, customerId).getCart({ cartId: id })).toMatchObject({
      lines: [],
      contact: null,
    })
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId: id })
  })
})

describe('deleteExpired()', () => {
  it('deletes carts a week after they expired, and keeps younger ones', async () => {
    const old = await newGuest(shop)
    shop.clock.advance(20 * DAY_MS)
    const young = await newGuest(shop)
    shop.clock.advance(17 * DAY_MS + 1)
    expect(await shop.runJob('cart.deleteExpired')).toMatchObject({ deleted: expect.any(Number) })
    await expect(old.cart.getCart({ cartId: old.cartId })).rejects.toMatchObject({ code: 'CART_NOT_FOUND' })
    expect((await young.cart.getCart({ cartId: young.cartId })).id).toBe(young.cartId)
  })

  it('keeps a cart that was used, and one in checkout', async () => {
    const used = await newGuest(shop)
    const frozen = await newGuest(shop)
    await shop.calls.cart.freezeCart({ cartId: frozen.cartId, version: 1, orderId: newId('ord') })
    shop.clock.advance(20 * DAY_MS)
    await used.cart.setContact({ cartId: used.cartId, ...contactIn('DE') })
    shop.clock.advance(20 * DAY_MS)
    await shop.runJob('cart.deleteExpired')
    expect((await used.cart.getCart({ cartId: used.cartId })).status).toBe('open')
    expect((await frozen.cart.getCart({ cartId: frozen.cartId })).status).toBe('frozen')
  })
})

describe('adoptCart()', () => {
  it('makes a guest’s cart the customer’s', async () => {
    const { cartId, token } = await newGuest(shop)
    const customerId = newId('cus')
    expect(await customer(shop, customerId, token).adoptCart({ cartId })).toEqual({ cartId })
    expect(await customer(shop, customerId).adoptCart({ cartId })).toEqual({ cartId })
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId })
  })

  it('adds its lines to the open cart of the customer', async () => {
    const { variantId } = await newGoods(shop)
    const customerId = newId('cus')
    const mine = await customer(shop, customerId).createCart({})
    await customer(shop, customerId).addLine({ cartId: mine.id, variantId, quantity: 2 })
    const { cartId, token, cart } = await newGuest(shop)
    await cart.addLine({ cartId, variantId, quantity: 1 })
    await cart.setContact({ cartId, ...contactIn('DE') })

    const adopting = () => customer(shop, customerId, token).adoptCart({ cartId })
    expect(await Promise.all([adopting(), adopting()])).toEqual([{ cartId: mine.id }, { cartId: mine.id }])
    expect(await adopting()).toEqual({ cartId: mine.id })

    const merged = await customer(shop, customerId).getCart({ cartId: mine.id })
    expect(merged).toMatchObject({ lines: [{ variantId, quantity: 3 }], contact: contactIn('DE') })
    await expect(cart.getCart({ cartId })).rejects.toMatchObject({ code: 'CART_NOT_FOUND' })
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId: mine.id })
  })

  it('refuses to merge carts if one cannot hold everything, and changes neither', async () => {
    const { variantId } = await newGoods(shop)
    const customerId = newId('cus')
    const mine = await customer(shop, customerId).createCart({})
    await customer(shop, customerId).addLine({ cartId: mine.id, variantId, quantity: 600 })
    const { cartId, token, cart } = await newGuest(shop)
    await cart.addLine({ cartId, variantId, quantity: 600 })
    const adopting = customer(shop, customerId, token).adoptCart({ cartId })
    await expect(adopting).rejects.toMatchObject({ code: 'CART_FULL', status: 409 })
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId: mine.id })
    for (const reading of [customer(shop, customerId).getCart({ cartId: mine.id }), cart.getCart({ cartId })])
      expect((await reading).lines).toMatchObject([{ quantity: 600 }])
  })

  it('leaves a customer one cart with all lines when carts are adopted and created in parallel', async () => {
    const { variantId } = await newGoods(shop)
    const customerId = newId('cus')
    const guests = await Promise.all(Array.from({ length: 5 }, () => newGuest(shop)))
    for (const { cart, cartId } of guests) await cart.addLine({ cartId, variantId, quantity: 1 })
    await Promise.all([
      ...guests.map(({ cartId, token }) => customer(shop, customerId, token).adoptCart({ cartId })),
      ...Array.from({ length: 3 }, () => customer(shop, customerId).createCart({})),
    ])
    const { cartId } = await customer(shop, customerId).findMyCart({})
    const { lines } = await customer(shop, customerId).getCart({ cartId: cartId! })
    expect(lines).toMatchObject([{ variantId, quantity: 5 }])
  })

  it('replaces a cart of the customer that has expired', async () => {
    const customerId = newId('cus')
    await customer(shop, customerId).createCart({})
    shop.clock.advance(31 * DAY_MS)
    const { cartId, token } = await newGuest(shop)
    expect(await customer(shop, customerId, token).adoptCart({ cartId })).toEqual({ cartId })
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId })
  })

  it('needs the token, and a cart that has no customer and is not in checkout', async () => {
    const { cartId, token } = await newGuest(shop)
    const [ann, bob] = [newId('cus'), newId('cus')]
    for (const bearer of [undefined, newSecret('crt')]) {
      const adopting = customer(shop, ann, bearer).adoptCart({ cartId })
      await expect(adopting).rejects.toMatchObject({ code: 'CART_NOT_FOUND' })
    }
    await customer(shop, ann, token).adoptCart({ cartId })
    const second = customer(shop, bob, token).adoptCart({ cartId })
    await expect(second).rejects.toMatchObject({ code: 'CART_NOT_FOUND' })

    const inCheckout = await newGuest(shop)
    await shop.calls.cart.freezeCart({ cartId: inCheckout.cartId, version: 1, orderId: newId('ord') })
    const third = customer(shop, bob, inCheckout.token).adoptCart({ cartId: inCheckout.cartId })
    await expect(third).rejects.toMatchObject({ code: 'CART_IN_CHECKOUT' })
  })
})

describe('thawCart()', () => {
  it('adds the lines to the cart that the customer has opened meanwhile', async () => {
    const [first, second] = [await newGoods(shop), await newGoods(shop)]
    const customerId = newId('cus')
    const mine = customer(shop, customerId)
    const { id: cartId } = await mine.createCart({})
    await mine.addLine({ cartId, variantId: first.variantId, quantity: 2 })
    const orderId = newId('ord')
    await shop.calls.cart.freezeCart({ cartId, version: 2, orderId })
    const { id: next } = await mine.createCart({})
    expect(next).not.toBe(cartId)
    await mine.addLine({ cartId: next, variantId: second.variantId, quantity: 1 })
    // A repeat adds nothing
    for (let times = 0; times < 2; times++) await shop.calls.cart.thawCart({ cartId, orderId })
    expect((await mine.getCart({ cartId: next })).lines).toMatchObject([
      { variantId: second.variantId, quantity: 1 },
      { variantId: first.variantId, quantity: 2 },
    ])
    await expect(mine.getCart({ cartId })).rejects.toMatchObject({ code: 'CART_NOT_FOUND' })
  })
})

describe('findMyCart()', () => {
  it('returns null if the customer has no cart, or only ordered ones', async () => {
    const customerId = newId('cus')
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId: null })
    const { id: cartId } = await customer(shop, customerId).createCart({})
    const orderId = newId('ord')
    await shop.calls.cart.freezeCart({ cartId, version: 1, orderId })
    await shop.calls.cart.closeCart({ cartId, orderId })
    expect(await customer(shop, customerId).findMyCart({})).toEqual({ cartId: null })
  })

  it('refuses guests', async () => {
    await expect(shop.as({ kind: 'guest' }).cart.findMyCart({})).rejects.toMatchObject({ status: 401 })
  })
})

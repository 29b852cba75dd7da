import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { newGoods, newGuest, saveProduct } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

describe('addLine()', () => {
  it('adds pieces to the cart at the catalog’s price', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId, handle } = await newGoods(shop, { price: 1999 })
    const answer = await cart.addLine({ cartId, variantId, quantity: 2 })
    expect(answer.lines).toMatchObject([
      {
        variantId,
        productHandle: handle,
        quantity: 2,
        unitPrice: { amount: 1999, currency: 'EUR' },
        total: { amount: 3998 },
      },
    ])
    expect(answer.totals.total).toEqual({ amount: 3998, currency: 'EUR' })
    expect(await cart.getCart({ cartId })).toEqual(answer)
  })

  it('adds to the line that has the variant', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop)
    const first = await cart.addLine({ cartId, variantId, quantity: 2 })
    const second = await cart.addLine({ cartId, variantId, quantity: 3 })
    expect(second.lines).toMatchObject([{ id: first.lines[0]!.id, quantity: 5 }])
  })

  it('refuses an unknown and an unpublished variant', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop, { published: false })
    for (const unsold of [variantId, newId('var')]) {
      const adding = cart.addLine({ cartId, variantId: unsold, quantity: 1 })
      await expect(adding).rejects.toMatchObject({ code: 'VARIANT_NOT_FOUND', status: 422 })
    }
  })

  it('refuses more pieces than are in stock, and says how many there are', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop, { stock: 3 })
    await cart.addLine({ cartId, variantId, quantity: 2 })
    await expect(cart.addLine({ cartId, variantId, quantity: 2 })).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      status: 409,
      data: { variantId, requested: 4, available: 3 },
    })
    expect((await cart.getCart({ cartId })).lines).toMatchObject([{ quantity: 2 }])
  })

  it('refuses a price in another currency', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop)
    // A price from a time when the shop sold in another currency.
    await shop.sql`update catalog.variant set currency = 'USD' where id = ${variantId}`
    const adding = cart.addLine({ cartId, variantId, quantity: 1 })
    await expect(adding).rejects.toMatchObject({ code: 'CURRENCY_MISMATCH', status: 409 })
  })

  it('refuses a total above the limit of one order; a cart whose prices rise above the limit stays readable', async () => {
    const { cartId, cart } = await newGuest(shop)
    // 899 pieces just fit into one order
    const expensive = await newGoods(shop, { price: 1_001_002_003 })
    const adding = (quantity: number) => cart.addLine({ cartId, variantId: expensive.variantId, quantity })
    await expect(adding(999)).rejects.toMatchObject({ code: 'CART_FULL', status: 409 })
    await adding(899)
    const line = { cartId, lineId: (await cart.getCart({ cartId })).lines[0]!.id }
    await expect(cart.updateLine({ ...line, quantity: 900 })).rejects.toMatchObject({ code: 'CART_FULL' })
    await shop.sql`update catalog.variant set price = price * 2 where id = ${expensive.variantId}`
    expect((await cart.getCart({ cartId })).totals.subtotal.amount).toBe(899 * 1_001_002_003)
    await expect(cart.getCheckout({ cartId })).rejects.toMatchObject({ code: 'CART_FULL' })
    await cart.updateLine({ ...line, quantity: 449 })
    expect((await cart.getCart({ cartId })).totals.subtotal.amount).toBe(449 * 2_002_004_006)
  })

  it('refuses the 1000th piece', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop)
    await cart.addLine({ cartId, variantId, quantity: 999 })
    const adding = cart.addLine({ cartId, variantId, quantity: 1 })
    await expect(adding).rejects.toMatchObject({ code: 'CART_FULL', status: 409 })
  })

  it('loses none of 20 parallel additions to one cart', async () => {
    const { cartId, cart } = await newGuest(shop)
    const goods = await Promise.all(Array.from({ length: 5 }, () => newGoods(shop)))
    const additions = Array.from({ length: 20 }, (_, i) =>
      cart.addLine({ cartId, variantId: goods[i % 5]!.variantId, quantity: 1 }),
    )
    await Promise.all(additions)
    const { lines } = await cart.getCart({ cartId })
    expect(lines.map((line) => line.quantity)).toEqual([4, 4, 4, 4, 4])
  })

  it('adds once for one idempotency key that is sent ten times in parallel', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop)
    const additions = Array.from({ length: 10 }, () =>
      cart.addLine({ cartId, variantId, quantity: 1 }, { key: 'once' }),
    )
    const answers = await Promise.all(additions)
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect((await cart.getCart({ cartId })).lines).toMatchObject([{ quantity: 1 }])
  })
})

describe('updateLine()', () => {
  it('sets the quantity, and updates all lines to current prices', async () => {
    const { cartId, cart } = await newGuest(shop)
    const [mug, cup] = [await newGoods(shop), await newGoods(shop)]
    await cart.addLine({ cartId, variantId: mug.variantId, quantity: 1 })
    const { lines } = await cart.addLine({ cartId, variantId: cup.variantId, quantity: 1 })
    await saveProduct(shop, mug.handle, { price: 1500 })
    const answer = await cart.updateLine({ cartId, lineId: lines[1]!.id, quantity: 4 })
    expect(answer.lines).toMatchObject([
      { quantity: 1, unitPrice: { amount: 1500 } },
      { quantity: 4, unitPrice: { amount: 1000 } },
    ])
    expect(answer.totals.subtotal.amount).toBe(5500)
  })

  it('refuses more pieces than are in stock, and an unknown line', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop, { stock: 3 })
    const { lines } = await cart.addLine({ cartId, variantId, quantity: 1 })
    await expect(cart.updateLine({ cartId, lineId: lines[0]!.id, quantity: 4 })).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      data: { variantId, requested: 4, available: 3 },
    })
    const unknown = cart.updateLine({ cartId, lineId: newId('lin'), quantity: 1 })
    await expect(unknown).rejects.toMatchObject({ code: 'LINE_NOT_FOUND', status: 404 })
  })
})

describe('removeLine()', () => {
  it('removes the line; a repeat does nothing', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop)
    const { lines } = await cart.addLine({ cartId, variantId, quantity: 1 })
    const emptied = await cart.removeLine({ cartId, lineId: lines[0]!.id })
    expect(emptied.lines).toEqual([])
    expect(await cart.removeLine({ cartId, lineId: lines[0]!.id })).toEqual(emptied)
  })
})

describe('getCart()', () => {
  it('shows current prices', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId, handle } = await newGoods(shop, { price: 1000 })
    await cart.addLine({ cartId, variantId, quantity: 2 })
    await saveProduct(shop, handle, { price: 1200 })
    expect((await cart.getCart({ cartId })).totals.total.amount).toBe(2400)
  })

  it('shows a line that cannot be ordered with the reason, and leaves it out of the totals', async () => {
    const { cartId, cart } = await newGuest(shop)
    const [unsold, short, sold] = [
      await newGoods(shop, { price: 1000 }),
      await newGoods(shop, { price: 2000, stock: 5 }),
      await newGoods(shop, { price: 4000 }),
    ]
    for (const { variantId } of [unsold, short, sold]) await cart.addLine({ cartId, variantId, quantity: 3 })
    const before = await cart.getCart({ cartId })
    expect([before.totals.total.amount, before.lines.some((line) => 'problem' in line)]).toEqual([
      21_000,
      false,
    ])
    await saveProduct(shop, unsold.handle, { published: false })
    await shop.calls.inventory.setStock({ variantId: short.variantId, quantity: 2, backorder: false })
    const after = await cart.getCart({ cartId })
    expect(after.lines).toEqual([
      { ...before.lines[0], problem: { code: 'VARIANT_NOT_FOUND' } },
      { ...before.lines[1], problem: { code: 'OUT_OF_STOCK', available: 2 } },
      before.lines[2],
    ])
    expect(after.totals).toMatchObject({ subtotal: { amount: 12_000 }, total: { amount: 12_000 } })
    expect(after.version).not.toBe(before.version)
    await saveProduct(shop, unsold.handle, { price: 1000 })
    await shop.calls.inventory.setStock({ variantId: short.variantId, quantity: 3, backorder: false })
    expect(await cart.getCart({ cartId })).toEqual(before)
  })

  it('does not report pieces as short that the order of this cart has reserved', async () => {
    const { cartId, cart } = await newGuest(shop)
    const { variantId } = await newGoods(shop, { stock: 2 })
    const before = await cart.addLine({ cartId, variantId, quantity: 2 })
    const orderId = newId('ord')
    await shop.calls.cart.freezeCart({ cartId, version: 2, orderId })
    // The stock that is left after the order has reserved both pieces
    await shop.calls.inventory.setStock({ variantId, quantity: 0, backorder: false })
    expect(await cart.getCart({ cartId })).toEqual({ ...before, status: 'frozen', orderId })
  })
})

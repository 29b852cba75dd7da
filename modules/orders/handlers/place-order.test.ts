import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { createProduct, fillCart, piecesLeft, placeOrder, upsertProduct } from '../testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.stop())

describe('placeOrder()', () => {
  it('creates a paid order with the content of the cart', async () => {
    const variantId = await createProduct(shop, 5)
    const shopper = await fillCart(shop, { [variantId]: 2 })
    const cart = await shop.as(shopper.caller).cart.getCart({ cartId: shopper.cartId })
    const order = await placeOrder(shop, shopper)
    expect(order).toMatchObject({
      number: expect.stringMatching(/^P-\d{4,}$/),
      status: 'confirmed',
      payment: { status: 'paid', provider: 'test', actionUrl: null, reason: null },
      cartId: shopper.cartId,
      customerId: null,
      contact: cart.contact,
      lines: cart.lines,
      shippingOption: cart.shippingOption,
      totals: cart.totals,
      cancellable: true,
      history: [{ status: 'pending' }, { status: 'confirmed' }],
    })
    expect(await shop.as(shopper.caller).orders.getOrder({ orderId: order.id })).toEqual(order)
    expect(await piecesLeft(shop, variantId)).toBe(3)
    expect(await shop.as(shopper.caller).cart.getCart({ cartId: shopper.cartId })).toMatchObject({
      status: 'ordered',
      orderId: order.id,
    })
    const [intent] =
      await shop.sql`select status, captured, order_id from payments.intent where order_id = ${order.id}`
    expect(intent).toEqual({ status: 'succeeded', captured: order.totals.total.amount, order_id: order.id })
  })

  it('emits orderConfirmed once', async () => {
    const shopper = await fillCart(shop, { [await createProduct(shop, 5)]: 1 })
    const order = await placeOrder(shop, shopper)
    // The outbox has a row for each consumer
    const events = await shop.sql`
      select distinct on (event_id) payload from orders.pando_outbox
      where name = 'orderConfirmed' and aggregate = ${order.id}`
    expect(events.map((event) => event.payload)).toEqual([{ orderId: order.id, order }])
    await shop.calls.orders.confirmOrder({ orderId: order.id })
    expect(
      await shop.sql`select distinct event_id from orders.pando_outbox where aggregate = ${order.id}`,
    ).toHaveLength(1)
  })

  it('does not change the order when the product changes', async () => {
    const variantId = await createProduct(shop, 5)
    const order = await placeOrder(shop, await fillCart(shop, { [variantId]: 1 }))
    expect(await upsertProduct(shop, order.lines[0]!.productHandle, 2500)).toBe(variantId)
    expect(await shop.calls.orders.getOrder({ orderId: order.id })).toEqual(order)
    const later = await placeOrder(shop, await fillCart(shop, { [variantId]: 1 }))
    expect(later.lines[0]!.unitPrice.amount).toBe(2500)
  })

  it('fails with PAYMENT_DECLINED, opens the cart again and releases the stock', async () => {
    const variantId = await createProduct(shop, 5)
    const shopper = await fillCart(shop, { [variantId]: 2 })
    const failure = await placeOrder(shop, shopper, 'tok_declined').catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'PAYMENT_DECLINED',
      status: 402,
      message: 'Cannot place the order: The card was declined',
      data: { orderId: expect.stringMatching(/^ord_/), reason: 'The card was declined' },
    })
    const { orderId } = (failure as { data: { orderId: string } }).data
    expect(await shop.as(shopper.caller).orders.getOrder({ orderId })).toMatchObject({
      status: 'cancelled',
      payment: { status: 'declined', reason: 'The card was declined' },
      cancellable: false,
    })
    expect(await piecesLeft(shop, variantId)).toBe(5)
    // The next attempt with another card creates another order for the same cart
    const order = await placeOrder(shop, shopper)
    expect(order).toMatchObject({ status: 'confirmed', cartId: shopper.cartId })
    expect(order.id).not.toBe(orderId)
  })

  it('fails with the same OUT_OF_STOCK for repeats with and without the idempotency key', async () => {
    const variantId = await createProduct(shop, 5)
    const [first, shopper] = [
      await fillCart(shop, { [variantId]: 2 }),
      await fillCart(shop, { [variantId]: 4 }),
    ]
    await placeOrder(shop, first)
    const failure = {
      code: 'OUT_OF_STOCK',
      message: expect.stringMatching(/^Cannot place the order: only 3 of 4 "The product-\d+" are left$/),
      data: { lines: [{ variantId, requested: 4, available: 3, title: expect.any(String) }] },
    }
    const key = 'a key of a refused order'
    for (let request = 1; request <= 2; request++)
      await expect(placeOrder(shop, shopper, 'tok_ok', key)).rejects.toMatchObject(failure)
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject(failure)
  })

  it('lists the short lines in OUT_OF_STOCK, and changes nothing', async () => {
    const [plenty, scarce] = [await createProduct(shop, 5), await createProduct(shop, 3)]
    const [first, second] = [
      await fillCart(shop, { [scarce]: 2 }),
      await fillCart(shop, { [plenty]: 1, [scarce]: 3 }),
    ]
    await placeOrder(shop, first)
    const orders = await shop.sql`select from orders.placed_order`
    await expect(placeOrder(shop, second)).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      status: 409,
      message: expect.stringMatching(/^Cannot place the order: only 1 of 3 "The product-\d+" is left$/),
      data: {
        lines: [
          { variantId: scarce, requested: 3, available: 1, title: expect.stringMatching(/^The product/) },
        ],
      },
    })
    expect(await shop.sql`select from orders.placed_order`).toHaveLength(orders.length)
    expect(await piecesLeft(shop, plenty)).toBe(5)
    expect(await shop.as(second.caller).cart.getCart({ cartId: second.cartId })).toMatchObject({
      status: 'open',
    })
  })

  it('refuses a provider that is not set up, and changes nothing', async () => {
    const variantId = await createProduct(shop, 5)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const payment = { provider: 'cheques', token: 'tok_ok' }
    await expect(
      shop.as(shopper.caller).orders.placeOrder({
        cartId: shopper.cartId,
        cartVersion: shopper.cartVersion,
        payment,
      }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_PROVIDER', status: 422 })
    expect(await piecesLeft(shop, variantId)).toBe(5)
    expect(await placeOrder(shop, shopper)).toMatchObject({ status: 'confirmed' })
  })

  it.each([
    ['no payment', undefined],
    ['a card that would be declined', { provider: 'test', token: 'tok_declined' }],
    ['a provider that is not set up', { provider: 'cheques', token: 'tok_ok' }],
  ])('needs and charges no payment for a free order: %s', async (_what, payment) => {
    const variantId = await createProduct(shop, 5, 0)
    const { cartId, caller } = await fillCart(shop, { [variantId]: 1 })
    const { cart, orders } = shop.as(caller)
    const { contact } = await cart.getCart({ cartId })
    const home = { ...contact!.shippingAddress, postalCode: '10115', country: 'DE' }
    await cart.setContact({ cartId, ...contact!, shippingAddress: home })
    const { version } = await cart.setShippingOption({ cartId, shippingOptionId: 'pickup' })
    const order = await orders.placeOrder({ cartId, cartVersion: version, ...(payment ? { payment } : {}) })
    expect(order).toMatchObject({
      status: 'confirmed',
      payment: { status: 'paid', provider: 'none', actionUrl: null },
      totals: { total: { amount: 0 } },
    })
    const intents = () => shop.sql`
      select provider, status, captured, refunded from payments.intent where order_id = ${order.id}`
    expect(await intents()).toEqual([{ provider: 'none', status: 'succeeded', captured: 0, refunded: 0 }])
    expect(await orders.cancelOrder({ orderId: order.id })).toMatchObject({
      status: 'cancelled',
      payment: { status: 'voided' },
    })
    expect(await intents()).toMatchObject([{ status: 'refunded', captured: 0, refunded: 0 }])
    expect(await piecesLeft(shop, variantId)).toBe(5)
  })

  it.each([
    ['no payment is given', 'PAYMENT_MISSING', undefined],
    ['the provider is `none`', 'UNKNOWN_PROVIDER', { provider: 'none', token: 'none' }],
  ])('refuses an order with a total above 0 when %s: %s', async (_case, code, payment) => {
    const variantId = await createProduct(shop, 5)
    const { cartId, cartVersion, caller } = await fillCart(shop, { [variantId]: 1 })
    const placed = shop.as(caller).orders.placeOrder({ cartId, cartVersion, ...(payment ? { payment } : {}) })
    await expect(placed).rejects.toMatchObject({ code, status: 422 })
    expect(await piecesLeft(shop, variantId)).toBe(5)
  })

  it('refuses an address that breaks a newer rule of its country, until the contact is set again', async () => {
    const variantId = await createProduct(shop, 5)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const { cart } = shop.as(shopper.caller)
    const { cartId } = shopper
    const { contact } = await cart.getCart({ cartId })
    // Swiss addresses may not have a region. By SQL, because setContact() refuses it already
    const old = { ...contact!, shippingAddress: { ...contact!.shippingAddress, region: 'CA' } }
    await shop.sql`update cart.cart set contact = ${shop.sql.json(old)} where id = ${cartId}`
    const { version } = await cart.getCart({ cartId })
    await expect(placeOrder(shop, { ...shopper, cartVersion: version })).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
      status: 422,
      message: expect.stringContaining('/shippingAddress/region: Remove the state or region'),
      data: { fields: [{ field: '/shippingAddress/region' }] },
    })
    expect(await piecesLeft(shop, variantId)).toBe(5)
    const corrected = await cart.setContact({ cartId, ...contact! })
    expect(await placeOrder(shop, { ...shopper, cartVersion: corrected.version })).toMatchObject({
      status: 'confirmed',
    })
  })

  it('fails with OUT_OF_STOCK for a cart shown with a shortage, and with CART_CHANGED once stock is back', async () => {
    const [few, plenty] = [await createProduct(shop, 5), await createProduct(shop, 5)]
    const shopper = await fillCart(shop, { [few]: 3, [plenty]: 1 })
    await shop.calls.inventory.setStock({ variantId: few, quantity: 2, backorder: false })
    const { version, totals } = await shop.as(shopper.caller).cart.getCart({ cartId: shopper.cartId })
    // The totals of the cart leave out the short line
    expect(totals.subtotal.amount).toBe(1000)
    const seen = { ...shopper, cartVersion: version }
    await expect(placeOrder(shop, seen)).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      data: { lines: [{ variantId: few, requested: 3, available: 2, title: expect.any(String) }] },
    })
    await shop.calls.inventory.setStock({ variantId: few, quantity: 5, backorder: false })
    await expect(placeOrder(shop, seen)).rejects.toMatchObject({ code: 'CART_CHANGED' })
    expect(await piecesLeft(shop, plenty)).toBe(5)
  })

  it('refuses carts and prices that the shopper has not seen', async () => {
    const variantId = await createProduct(shop, 5)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const { cart } = shop.as(shopper.caller)
    const { lines, contact, totals } = await cart.getCart({ cartId: shopper.cartId })
    const cartChanged = { code: 'CART_CHANGED', status: 409 }
    // A price changes, but not the cart
    await upsertProduct(shop, lines[0]!.productHandle, 1990)
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject(cartChanged)
    // The recipient changes, but not the total
    await upsertProduct(shop, lines[0]!.productHandle, 1000)
    const other = { ...contact!.shippingAddress, name: 'Eve' }
    const changed = await cart.setContact({ cartId: shopper.cartId, ...contact!, shippingAddress: other })
    expect(changed.totals).toEqual(totals)
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject(cartChanged)
    // The total differs from the client's `expectedTotal`
    const expecting = (amount: number) => ({
      cartId: shopper.cartId,
      cartVersion: changed.version,
      expectedTotal: { amount, currency: 'EUR' },
      payment: { provider: 'test', token: 'tok_ok' },
    })
    const { orders } = shop.as(shopper.caller)
    await expect(orders.placeOrder(expecting(totals.total.amount - 1))).rejects.toMatchObject(cartChanged)
    expect(await piecesLeft(shop, variantId)).toBe(5)
    expect(await orders.placeOrder(expecting(totals.total.amount))).toMatchObject({
      status: 'confirmed',
      contact: { shippingAddress: { name: 'Eve' } },
    })
  })

  it('refuses the guest’s token after a customer has adopted the cart', async () => {
    const shopper = await fillCart(shop, { [await createProduct(shop, 5)]: 1 })
    const bearer = (shopper.caller as { bearer: string }).bearer
    const customer = { kind: 'customer', customerId: newId('cus'), sessionId: newId('ses'), bearer } as const
    await shop.as(customer).cart.adoptCart({ cartId: shopper.cartId })
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'CART_NOT_FOUND', status: 404 })
    const order = await placeOrder(shop, { ...shopper, caller: customer })
    expect(order.customerId).toBe(customer.customerId)
    await expect(shop.as(shopper.caller).orders.getOrder({ orderId: order.id })).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    })
  })

  it('refuses carts that are empty or incomplete, that belong to another caller, or that are ordered already', async () => {
    const variantId = await createProduct(shop, 50)
    const { id: cartId, version: cartVersion, token } = await shop.as({ kind: 'guest' }).cart.createCart({})
    const bare = { cartId, cartVersion, caller: { kind: 'guest', bearer: token! } } as const
    await expect(placeOrder(shop, bare)).rejects.toMatchObject({ code: 'CART_EMPTY' })
    await shop.as(bare.caller).cart.addLine({ cartId, variantId, quantity: 1 })
    await expect(placeOrder(shop, bare)).rejects.toMatchObject({
      code: 'CART_INCOMPLETE',
      data: { missing: ['contact', 'shippingOption'] },
    })
    const shopper = await fillCart(shop, { [variantId]: 1 })
    for (const caller of [
      { kind: 'guest' },
      bare.caller,
      { kind: 'customer', customerId: newId('cus'), sessionId: 's' },
    ] as const) {
      await expect(placeOrder(shop, { ...shopper, caller })).rejects.toMatchObject({ code: 'CART_NOT_FOUND' })
    }
    const order = await placeOrder(shop, shopper)
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject({
      code: 'CART_ORDERED',
      data: { orderId: order.id },
    })
  })

  it('fails with UNAVAILABLE while the cart is frozen for an unknown order, and succeeds after the thaw', async () => {
    const shopper = await fillCart(shop, { [await createProduct(shop, 5)]: 1 })
    const { cartId } = shopper
    const { version } = await shop.calls.cart.getCheckout({ cartId })
    const attempt = { cartId, orderId: newId('ord') }
    await shop.calls.cart.freezeCart({ ...attempt, version })
    const key = 'key of a repeated request'
    await expect(placeOrder(shop, shopper, 'tok_ok', key)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await shop.calls.cart.thawCart(attempt)
    expect(await placeOrder(shop, shopper, 'tok_ok', key)).toMatchObject({ status: 'confirmed' })
  })

  it('fails with CART_IN_CHECKOUT while the payment waits for the shopper', async () => {
    const shopper = await fillCart(shop, { [await createProduct(shop, 5)]: 1 })
    await placeOrder(shop, shopper, 'tok_requires_action')
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'CART_IN_CHECKOUT' })
  })

  it('creates one order for twenty concurrent requests with the same key, and returns it to all of them', async () => {
    const variantId = await createProduct(shop, 50)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => placeOrder(shop, shopper, 'tok_ok', 'one-key')),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await shop.sql`select from orders.placed_order where cart_id = ${shopper.cartId}`).toHaveLength(1)
    expect(await shop.sql`select from payments.intent where order_id = ${answers[0]!.id}`).toHaveLength(1)
    expect(await piecesLeft(shop, variantId)).toBe(49)
  })

  it('creates one order for concurrent requests without a key; the failures of the others contain its id', async () => {
    const variantId = await createProduct(shop, 50)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => placeOrder(shop, shopper)))
    const placed = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []))
    expect(placed).toHaveLength(1)
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    for (const failure of failures)
      expect(failure).toMatchObject({ code: 'CART_ORDERED', data: { orderId: placed[0] } })
    expect(await piecesLeft(shop, variantId)).toBe(49)
  })

  it('sells each of the last pieces once', async () => {
    const variantId = await createProduct(shop, 5)
    const shoppers = await Promise.all(Array.from({ length: 20 }, () => fillCart(shop, { [variantId]: 1 })))
    const results = await Promise.allSettled(shoppers.map((shopper) => placeOrder(shop, shopper)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(5)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'OUT_OF_STOCK' })
    }
    expect(await piecesLeft(shop, variantId)).toBe(0)
  })
})

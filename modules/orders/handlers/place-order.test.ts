import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { fillCart, piecesLeft, placeOrder, priceProduct, sellProduct } from '../testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.stop())

describe('placeOrder()', () => {
  it('makes a paid order of the cart, with all that the shopper saw', async () => {
    const variantId = await sellProduct(shop, 5)
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

  it('tells once that the order is confirmed', async () => {
    const shopper = await fillCart(shop, { [await sellProduct(shop, 5)]: 1 })
    const order = await placeOrder(shop, shopper)
    const events = await shop.sql`
      select payload from orders.pando_outbox where name = 'orderConfirmed' and aggregate = ${order.id}`
    expect(events.map((event) => event.payload)).toEqual([{ orderId: order.id, order }])
    await shop.calls.orders.confirmOrder({ orderId: order.id })
    expect(await shop.sql`select from orders.pando_outbox where aggregate = ${order.id}`).toHaveLength(1)
  })

  it('keeps what the shopper saw when the product changes', async () => {
    const variantId = await sellProduct(shop, 5)
    const order = await placeOrder(shop, await fillCart(shop, { [variantId]: 1 }))
    expect(await priceProduct(shop, order.lines[0]!.productHandle, 2500)).toBe(variantId)
    expect(await shop.calls.orders.getOrder({ orderId: order.id })).toEqual(order)
    const later = await placeOrder(shop, await fillCart(shop, { [variantId]: 1 }))
    expect(later.lines[0]!.unitPrice.amount).toBe(2500)
  })

  it('tells a declined payment, opens the cart again and gives the stock back', async () => {
    const variantId = await sellProduct(shop, 5)
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
    // The next try, with another card, is another order for the same cart.
    const order = await placeOrder(shop, shopper)
    expect(order).toMatchObject({ status: 'confirmed', cartId: shopper.cartId })
    expect(order.id).not.toBe(orderId)
  })

  it('answers a refused order alike with a key, when the request comes again, and when nobody kept it', async () => {
    const variantId = await sellProduct(shop, 5)
    const [first, shopper] = [
      await fillCart(shop, { [variantId]: 2 }),
      await fillCart(shop, { [variantId]: 4 }),
    ]
    await placeOrder(shop, first)
    const refusal = {
      code: 'OUT_OF_STOCK',
      message: expect.stringMatching(/^Cannot place the order: only 3 of 4 "The product-\d+" are left$/),
      data: { lines: [{ variantId, requested: 4, available: 3, title: expect.any(String) }] },
    }
    const key = 'a key of a refused order'
    for (let request = 1; request <= 2; request++)
      await expect(placeOrder(shop, shopper, 'tok_ok', key)).rejects.toMatchObject(refusal)
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject(refusal)
  })

  it('tells which lines are short, by name, and changes nothing', async () => {
    const [plenty, scarce] = [await sellProduct(shop, 5), await sellProduct(shop, 3)]
    const [first, second] = [
      await fillCart(shop, { [scarce]: 2 }),
      await fillCart(shop, { [plenty]: 1, [scarce]: 3 }),
    ]
    await placeOrder(shop, first)
    const orders = await shop.sql`select from orders.placed_order`
    await expect(placeOrder(shop, second)).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      status: 409,
      message: expect.stringMatching(/^Cannot place the order: only 1 of 3 "The product-\d+" are left$/),
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
    const variantId = await sellProduct(shop, 5)
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
  ])('needs no payment when there is nothing to pay, and charges none: %s', async (_what, payment) => {
    const variantId = await sellProduct(shop, 5, 0)
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
    const charged = () => shop.sql`
      select provider, status, captured, refunded from payments.intent where order_id = ${order.id}`
    expect(await charged()).toEqual([{ provider: 'none', status: 'succeeded', captured: 0, refunded: 0 }])
    expect(await orders.cancelOrder({ orderId: order.id })).toMatchObject({
      status: 'cancelled',
      payment: { status: 'voided' },
    })
    expect(await charged()).toMatchObject([{ status: 'refunded', captured: 0, refunded: 0 }])
    expect(await piecesLeft(shop, variantId)).toBe(5)
  })

  it.each([
    ['PAYMENT_MISSING', undefined],
    ['UNKNOWN_PROVIDER', { provider: 'none', token: 'none' }],
  ])('gives nothing away that costs something: %s', async (code, payment) => {
    const variantId = await sellProduct(shop, 5)
    const { cartId, cartVersion, caller } = await fillCart(shop, { [variantId]: 1 })
    const placed = shop.as(caller).orders.placeOrder({ cartId, cartVersion, ...(payment ? { payment } : {}) })
    await expect(placed).rejects.toMatchObject({ code, status: 422 })
    expect(await piecesLeft(shop, variantId)).toBe(5)
  })

  it('orders nothing to an address that was set before the rules of its country, until it is set again', async () => {
    const variantId = await sellProduct(shop, 5)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const { cart } = shop.as(shopper.caller)
    const { cartId } = shopper
    const { contact } = await cart.getCart({ cartId })
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
    const mended = await cart.setContact({ cartId, ...contact! })
    expect(await placeOrder(shop, { ...shopper, cartVersion: mended.version })).toMatchObject({
      status: 'confirmed',
    })
  })

  it('says again what is short to who saw that it is, and orders nothing more when it is there again', async () => {
    const [few, plenty] = [await sellProduct(shop, 5), await sellProduct(shop, 5)]
    const shopper = await fillCart(shop, { [few]: 3, [plenty]: 1 })
    await shop.calls.inventory.setStock({ variantId: few, quantity: 2, backorder: false })
    const { version, totals } = await shop.as(shopper.caller).cart.getCart({ cartId: shopper.cartId })
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

  it('orders nothing that the shopper has not seen', async () => {
    const variantId = await sellProduct(shop, 5)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const { cart } = shop.as(shopper.caller)
    const { lines, contact, totals } = await cart.getCart({ cartId: shopper.cartId })
    const refused = { code: 'CART_CHANGED', status: 409 }
    // A price changes, and nothing in the cart.
    await priceProduct(shop, lines[0]!.productHandle, 1990)
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject(refused)
    // Somebody else gets it, for the same total.
    await priceProduct(shop, lines[0]!.productHandle, 1000)
    const other = { ...contact!.shippingAddress, name: 'Eve' }
    const changed = await cart.setContact({ cartId: shopper.cartId, ...contact!, shippingAddress: other })
    expect(changed.totals).toEqual(totals)
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject(refused)
    // The total is not what the client says.
    const expecting = (amount: number) => ({
      cartId: shopper.cartId,
      cartVersion: changed.version,
      expectedTotal: { amount, currency: 'EUR' },
      payment: { provider: 'test', token: 'tok_ok' },
    })
    const { orders } = shop.as(shopper.caller)
    await expect(orders.placeOrder(expecting(totals.total.amount - 1))).rejects.toMatchObject(refused)
    expect(await piecesLeft(shop, variantId)).toBe(5)
    expect(await orders.placeOrder(expecting(totals.total.amount))).toMatchObject({
      status: 'confirmed',
      contact: { shippingAddress: { name: 'Eve' } },
    })
  })

  it('does not order an adopted cart for the guest’s token of before', async () => {
    const shopper = await fillCart(shop, { [await sellProduct(shop, 5)]: 1 })
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

  it('refuses carts that are not ready, ordered already or of others', async () => {
    const variantId = await sellProduct(shop, 50)
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

  it('asks to try again while an earlier attempt still holds the cart, and then makes an order with the same key', async () => {
    const shopper = await fillCart(shop, { [await sellProduct(shop, 5)]: 1 })
    const { cartId } = shopper
    const { version } = await shop.calls.cart.getCheckout({ cartId })
    const attempt = { cartId, orderId: newId('ord') }
    await shop.calls.cart.freezeCart({ ...attempt, version })
    await expect(placeOrder(shop, shopper, 'tok_ok', 'again')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await shop.calls.cart.thawCart(attempt)
    expect(await placeOrder(shop, shopper, 'tok_ok', 'again')).toMatchObject({ status: 'confirmed' })
  })

  it('says that an order is under way while its payment waits for the shopper', async () => {
    const shopper = await fillCart(shop, { [await sellProduct(shop, 5)]: 1 })
    await placeOrder(shop, shopper, 'tok_requires_action')
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'CART_IN_CHECKOUT' })
  })

  it('makes one order of twenty equal requests at once, and answers all of them with it', async () => {
    const variantId = await sellProduct(shop, 50)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => placeOrder(shop, shopper, 'tok_ok', 'one-key')),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await shop.sql`select from orders.placed_order where cart_id = ${shopper.cartId}`).toHaveLength(1)
    expect(await shop.sql`select from payments.intent where order_id = ${answers[0]!.id}`).toHaveLength(1)
    expect(await piecesLeft(shop, variantId)).toBe(49)
  })

  it('makes one order of a cart, whoever wins, and names it to the others', async () => {
    const variantId = await sellProduct(shop, 50)
    const shopper = await fillCart(shop, { [variantId]: 1 })
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => placeOrder(shop, shopper)))
    const placed = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []))
    expect(placed).toHaveLength(1)
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ code: 'CART_ORDERED', data: { orderId: placed[0] } })
    expect(await piecesLeft(shop, variantId)).toBe(49)
  })

  it('gives the last pieces to as many as there are', async () => {
    const variantId = await sellProduct(shop, 5)
    const shoppers = await Promise.all(Array.from({ length: 20 }, () => fillCart(shop, { [variantId]: 1 })))
    const results = await Promise.allSettled(shoppers.map((shopper) => placeOrder(shop, shopper)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(5)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'OUT_OF_STOCK' })
    }
    expect(await piecesLeft(shop, variantId)).toBe(0)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '#lab/audit.ts'
import { ApiClient, type FilledCart } from '#tests/support/api-client.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const BUYERS = 200
const PIECES = 10

describe('many simultaneous buyers', () => {
  let shop: TestShop
  let buyer: ApiClient

  beforeAll(async () => {
    // With loopback calls over HTTP, so many would exceed the limit of a process, and some would be refused as overloaded
    shop = await openShop({
      http: true,
      background: true,
      realTime: true,
      enforceRoles: false,
      loopback: false,
    })
    buyer = new ApiClient(shop.origin)
  })
  afterAll(() => shop.stop())

  async function stockProduct(handle: string, quantity: number): Promise<string> {
    const { results } = await shop.calls.catalog.importProducts({
      products: [oneProduct(handle)],
      dryRun: false,
    })
    const variantId = results[0]!.variantIds[0]!
    await shop.calls.inventory.importStock({
      items: [{ variantId, quantity, backorder: false }],
      overwrite: false,
      dryRun: false,
    })
    await shop.drain()
    return variantId
  }

  async function problems(): Promise<string[]> {
    await shop.drain()
    return (await audit(shop.shop)).problems
  }

  it(`buy exactly ${PIECES} pieces; the other ${BUYERS - PIECES} are refused with the number that is left`, async () => {
    const variantId = await stockProduct('scarce', PIECES)
    const carts: FilledCart[] = []
    // Carts are filled in groups; only the orders are simultaneous
    for (let from = 0; from < BUYERS; from += 20) {
      carts.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, () => buyer.fillCart([{ variantId, quantity: 1 }])),
        )),
      )
    }
    const answers = await Promise.all(carts.map((cart) => buyer.placeOrder(cart)))
    const refused = answers.filter(({ status }) => status !== 201)
    expect(answers.filter(({ status, body }) => status === 201 && body.status === 'confirmed')).toHaveLength(
      PIECES,
    )
    expect(refused).toHaveLength(BUYERS - PIECES)
    for (const { status, body } of refused) {
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'OUT_OF_STOCK' })
      expect(body.data.lines[0]).toMatchObject({ variantId, requested: 1, available: expect.any(Number) })
    }
    const [stock] = await shop.sql<{ on_hand: number; reserved: number }[]>`
      select on_hand, reserved from inventory.stock where variant_id = ${variantId}`
    expect(stock).toEqual({ on_hand: 0, reserved: 0 })
    expect(await problems()).toEqual([])
    const { body } = await buyer.call('GET', '/products/scarce')
    expect(body.available).toBe(false)
  }, 120_000)

  it('place one order with one payment when one key is sent 20 times simultaneously', async () => {
    const variantId = await stockProduct('once', 100)
    const cart = await buyer.fillCart([{ variantId, quantity: 3 }])
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => buyer.placeOrder(cart, 'tok_ok', 'the same key, sent twenty times')),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 201, body: { status: 'confirmed' } })
    const [counts] = await shop.sql<{ orders: number; intents: number; charges: number }[]>`
      select (select count(*) from orders.placed_order where cart_id = ${cart.id}) as orders,
        (select count(*) from payments.intent where order_id = ${answers[0]!.body.id}) as intents,
        (select count(*) from payments.test_charge where key = (select id from payments.intent where order_id = ${answers[0]!.body.id})) as charges`
    expect(counts).toEqual({ orders: 1, intents: 1, charges: 1 })
    expect(await problems()).toEqual([])
  })
})

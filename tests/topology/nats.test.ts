import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AuditReport } from '#lab/audit.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { natsServer, startNats, type TestNats } from '#tests/support/nats.ts'
import { type DistributedShop, pidsOf, startDistributedShop } from './distributed-shop.ts'

const WAIT = { timeout: 40_000, interval: 200 }
const NATS_NOTE = 'NATS has been unavailable since'

describe.skipIf(!natsServer)(`a shop of many processes with NATS (only if nats-server is installed)`, () => {
  let nats: TestNats
  let shop: DistributedShop
  let buyer: ApiClient

  beforeAll(async () => {
    nats = await startNats()
    shop = await startDistributedShop({ bus: 'nats', environment: { NATS_URL: nats.url } })
    buyer = new ApiClient(shop.origin)
  }, 120_000)
  afterAll(async () => {
    await shop?.close()
    await nats?.stop()
  }, 60_000)

  it('sells, and sends each confirmation once', async () => {
    const number = await buy()
    await expectEmails([number])
  }, 120_000)

  it('sells while NATS is unavailable, shows this in its status, and sends the emails afterwards', async () => {
    await nats.kill()
    const notes = async () => (await shop.status()).replicas.map(({ said }) => said?.note ?? '')
    await vi.waitFor(
      async () =>
        expect(new Set((await notes()).map((each) => each.slice(0, NATS_NOTE.length)))).toEqual(
          new Set([NATS_NOTE]),
        ),
      WAIT,
    )
    const number = await buy()
    const { code, output } = await shop.pando('audit')
    expect(output).toMatch(/Cannot count the undelivered events: NATS has been unavailable since/)
    expect(code).toBe(1)
    await nats.restart()
    await expectEmails([number])
    expect(new Set(await notes())).toEqual(new Set(['']))
    const status = await shop.status()
    // Emitter and consumer are different processes, so the events have gone over NATS
    expect(pidsOf(status, 'orders')).not.toEqual(pidsOf(status, 'notifications'))
    expect(status.replicas.every(({ restarts }) => restarts === 0)).toBe(true)
  }, 180_000)

  /** Places an order and returns its number. */
  async function buy(): Promise<string> {
    // The catalog learns from events of inventory which products are available
    const variantId = await vi.waitFor(async () => {
      const { body } = await buyer.call('GET', '/products?limit=50')
      const found = body.items.find((product: { available: boolean }) => product.available)
      return found.variants.find((variant: { available: boolean }) => variant.available).id as string
    }, WAIT)
    const order = await buyer.placeOrder(await buyer.fillCart([{ variantId, quantity: 1 }]))
    expect(order).toMatchObject({ status: 201, body: { status: 'confirmed' } })
    return order.body.number
  }

  /** Waits until all events are delivered. Expects one confirmation for each order, and these in the mailbox. */
  async function expectEmails(numbers: string[]): Promise<void> {
    await vi.waitFor(async () => {
      const { output } = await shop.pando('audit', '--json')
      const { problems, counts } = JSON.parse(output) as AuditReport
      expect(problems).toEqual([])
      expect(counts).toMatchObject({ eventsWaiting: 0, confirmations: counts.orders })
    }, WAIT)
    const mailbox = await (await fetch(`${shop.origin}/mailbox`)).text()
    for (const number of numbers) expect(mailbox).toContain(number)
  }
})

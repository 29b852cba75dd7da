import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AuditReport } from '#lab/audit.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { natsServer, startNats, type TestNats } from '#tests/support/nats.ts'
import { pidsOf, type SpreadShop, startSpreadShop } from './spread-shop.ts'

const WAIT = { timeout: 40_000, interval: 200 }

describe.skipIf(!natsServer)(
  `a shop of many processes with NATS between them (only where nats-server is installed)`,
  () => {
    let nats: TestNats
    let shop: SpreadShop
    let buyer: ApiClient

    beforeAll(async () => {
      nats = await startNats()
      shop = await startSpreadShop({ bus: 'nats', environment: { NATS_URL: nats.url } })
      buyer = new ApiClient(shop.origin)
    }, 120_000)
    afterAll(async () => {
      await shop?.close()
      await nats?.stop()
    }, 60_000)

    it('sells, and mails each confirmation once', async () => {
      const number = await buy()
      await expectMails([number])
    }, 120_000)

    it('sells while NATS is away, says so, and mails when it is back', async () => {
      await nats.kill()
      const note = async () => (await shop.status()).replicas.map(({ said }) => said?.note ?? '')
      await vi.waitFor(
        async () =>
          expect(new Set((await note()).map((each) => each.slice(0, 19)))).toEqual(
            new Set(['NATS is unavailable']),
          ),
        WAIT,
      )
      const number = await buy()
      const { code, output } = await shop.pando('audit')
      expect(output).toMatch(/Cannot count the undelivered events: NATS is unavailable/)
      expect(code).toBe(1)
      await nats.restart()
      await expectMails([number])
      expect(new Set(await note())).toEqual(new Set(['']))
      const status = await shop.status()
      expect(pidsOf(status, 'orders')).not.toEqual(pidsOf(status, 'notifications'))
      expect(status.replicas.every(({ restarts }) => restarts === 0)).toBe(true)
    }, 180_000)

    /** Answers the order's number. */
    async function buy(): Promise<string> {
      // The stock's events say what can be bought.
      const variantId = await vi.waitFor(async () => {
        const { body } = await buyer.call('GET', '/products?limit=50')
        const found = body.items.find((product: { available: boolean }) => product.available)
        return found.variants.find((variant: { available: boolean }) => variant.available).id as string
      }, WAIT)
      const order = await buyer.placeOrder(await buyer.fillCart([{ variantId, quantity: 1 }]))
      expect(order).toMatchObject({ status: 201, body: { status: 'confirmed' } })
      return order.body.number
    }

    /** Waits until nothing is on its way: then each order has one confirmation, and these are in the mailbox. */
    async function expectMails(numbers: string[]): Promise<void> {
      await vi.waitFor(async () => {
        const { output } = await shop.pando('audit', '--json')
        const { problems, counts } = JSON.parse(output) as AuditReport
        expect(problems).toEqual([])
        expect(counts).toMatchObject({ eventsWaiting: 0, confirmations: counts.orders })
      }, WAIT)
      const mailbox = await (await fetch(`${shop.origin}/mailbox`)).text()
      for (const number of numbers) expect(mailbox).toContain(number)
    }
  },
)

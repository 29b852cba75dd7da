import { join } from 'node:path'
import { expect } from 'vitest'
import type { AuditReport } from '#lab/audit.ts'
import { freePort } from '#runtime/base/ports.ts'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import { seededRandom } from '#shared/random.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'

const BUYERS = 8
const TOKENS = ['tok_ok', 'tok_ok', 'tok_ok', 'tok_declined', 'tok_flaky', 'tok_requires_action']
const SETTLE_TIMEOUT_MS = 30_000

/** An order for which a buyer received an answer. */
export interface Acknowledged {
  id: string
  /** The token of its cart, which opens the order. */
  token: string
  /** The status in the answer. */
  status: string
}

/**
 * Repeatedly kills a shop under checkout load. Checks after each restart that the data add up and that every acknowledged
 * order exists. `seed` determines the delay between the first order of a round and its kill. What the buyers manage to buy
 * until then differs from run to run.
 */
export async function killRounds(rounds: number, seed: number): Promise<void> {
  const dataDirectory = await makeDataDirectory()
  const port = await freePort()
  // The buyers draw from a generator of their own, as their number of draws differs from run to run
  const [delays, choices] = [seededRandom(seed), seededRandom(seed + 1)]
  const acknowledged: Acknowledged[] = []
  let shop: ShopProcess | undefined
  try {
    for (let round = 1; round <= rounds; round++) {
      const began = performance.now()
      shop = await startShopProcess({ dataDirectory, port })
      const startedMs = performance.now() - began
      if (round > 1) await checkAll(shop, acknowledged, dataDirectory)
      const killAfterMs = Math.floor(delays() * 1500)
      // The delay begins with the first order, so that even a shop on a slow machine is killed under load
      let onFirstOrder = () => {}
      const firstOrder = new Promise<void>((resolve) => {
        onFirstOrder = resolve
      })
      const load = buyUntilDead(new ApiClient(shop.origin), choices, (order) => {
        acknowledged.push(order)
        onFirstOrder()
      })
      const hasOrder = await Promise.race([firstOrder.then(() => true), load.then(() => false)])
      expect(hasOrder, `nothing could be bought in round ${round}: ${shop.output()}`).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, killAfterMs))
      await shop.kill()
      await load
      console.log(
        `round ${round} of seed ${seed}: started in ${startedMs.toFixed(0)} ms, killed after ${killAfterMs} ms, ${acknowledged.length} orders acknowledged so far`,
      )
    }
    shop = await startShopProcess({ dataDirectory, port })
    await checkAll(shop, acknowledged, dataDirectory)
    expect(acknowledged.length).toBeGreaterThan(0)
    expect(await shop.stop()).toBe(0)
  } finally {
    await shop?.kill()
    await removeDataDirectory(dataDirectory)
  }
}

/** Buys on several connections until the shop no longer answers, or until `isOver` returns true. */
export async function buyUntilDead(
  buyer: ApiClient,
  random: () => number,
  acknowledge: (order: Acknowledged) => void,
  isOver = () => false,
): Promise<void> {
  const { body } = await buyer
    .call('GET', '/products?available=true&limit=50')
    .catch(() => ({ body: { items: [] } }))
  const variantIds: string[] = body.items.flatMap(
    (item: { variants: { id: string; available: boolean }[] }) =>
      item.variants.filter(({ available }) => available).map(({ id }) => id),
  )
  if (variantIds.length === 0) return
  await Promise.all(
    Array.from({ length: BUYERS }, async () => {
      while (!isOver()) {
        const variantId = variantIds[Math.floor(random() * variantIds.length)]!
        const token = TOKENS[Math.floor(random() * TOKENS.length)]!
        try {
          const cart = await buyer.fillCart([{ variantId, quantity: 1 }])
          const { status, body: order } = await buyer.placeOrder(cart, token)
          if (status === 201) acknowledge({ id: order.id, token: cart.token, status: order.status })
        } catch (error) {
          // Once the shop is dead, fetch fails or its response is truncated; a refusal means that a product is sold out
          if (error instanceof TypeError || (error as Error).name === 'SyntaxError') return
          // Eight buyers without a pause after a refusal would keep the machine busy
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
    }),
  )
}

/** Expects that the data add up and that every acknowledged order exists. */
export async function checkAll(
  shop: Pick<ShopProcess, 'origin' | 'output'>,
  acknowledged: readonly Acknowledged[],
  dataDirectory: string,
): Promise<void> {
  const report = await settledAudit(shop, dataDirectory)
  expect(report.problems).toEqual([])
  const buyer = new ApiClient(shop.origin)
  for (const { id, token, status } of acknowledged) {
    const answer = await buyer.call('GET', `/orders/${id}`, undefined, { authorization: `Bearer ${token}` })
    expect(answer.status, `order ${id} was acknowledged as ${status}`).toBe(200)
    if (status === 'confirmed') expect(answer.body.status, `order ${id}`).toBe('confirmed')
  }
}

/** Repeats the audit until there are no problems and all events are delivered: the shop itself resumes what the kill interrupted. */
async function settledAudit(shop: Pick<ShopProcess, 'output'>, dataDirectory: string): Promise<AuditReport> {
  const end = Date.now() + SETTLE_TIMEOUT_MS
  for (;;) {
    const { output } = await runPando(['audit', '--json'], { PANDO_DATA: dataDirectory })
    const report = JSON.parse(output.slice(output.indexOf('{'))) as AuditReport
    if (report.problems.length === 0 && report.counts.eventsWaiting === 0) return report
    if (Date.now() > end) {
      const events = await runPando(['events', 'list', '--json'], { PANDO_DATA: dataDirectory })
      throw new Error(
        `The shop has not settled in ${SETTLE_TIMEOUT_MS} ms:\n${report.problems.join('\n')}\nevents: ${events.output}\nconnections: ${await busyConnections(dataDirectory)}\nThe shop printed:\n${shop.output()}`,
      )
    }
  }
}

/** The open transactions of the shop's database server, one a line. */
async function busyConnections(dataDirectory: string): Promise<string> {
  const running = await findEmbedded(join(dataDirectory, 'postgres'))
  if (!running) return 'the server does not run'
  const sql = openPool({ url: running.url, max: 1, name: 'test' })
  try {
    const rows = await sql`
      select pid, application_name, state, wait_event_type, wait_event, now() - xact_start as since, left(query, 200) as query
      from pg_stat_activity where xact_start is not null and pid <> pg_backend_pid()`
    return rows.map((row) => `\n  ${JSON.stringify(row)}`).join('')
  } finally {
    await sql.end({ timeout: 1 })
  }
}

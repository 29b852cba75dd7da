import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillStock } from '#tests/support/fill-stock.ts'
import { type LoadReport, OpenLoop } from '#tests/support/open-loop.ts'
import { type DistributedShop, pidsOf, startDistributedShop } from './distributed-shop.ts'
import { expectOrders } from './expect-orders.ts'

/** Requests per second. */
const RATE = 110
/** One visitor in 12 buys. */
const CHECKOUT_EVERY = 12
/** Duration of the load before the command, and again after it. */
const CALM_MS = 2000

let shop: DistributedShop
beforeAll(async () => {
  shop = await startDistributedShop()
  await fillStock({ PANDO_DATA: shop.dataDirectory, PANDO_TOPOLOGY: shop.topology })
}, 120_000)
afterAll(() => shop.close())

/** Runs a command on the shop under load. Expects that the command succeeds and no request fails. */
async function underLoad(...args: string[]): Promise<LoadReport & { output: string }> {
  const load = new OpenLoop(shop.origin)
  await load.start(RATE, CHECKOUT_EVERY)
  const calm = () => new Promise((resolve) => setTimeout(resolve, CALM_MS))
  await calm()
  const { code, output } = await shop.pando(...args)
  await calm()
  const report = await load.stop()
  console.log(
    `${output.trim()}\n${report.requests} requests (${report.orders.length} orders), ${report.failed.length} failed; p50 ${report.p50} ms, p99 ${report.p99} ms, maximum ${report.max} ms`,
  )
  expect(code, output).toBe(0)
  expect(report.failed).toEqual([])
  expect(report.orders.length).toBeGreaterThan(10)
  return { ...report, output }
}

describe('no request fails', () => {
  it.each(['payments', 'orders', 'cart', 'storefront'])(
    'while %s is deployed',
    async (process) => {
      const before = await shop.status()
      const report = await underLoad('deploy', process)
      const after = await shop.status()
      const [oldPids, newPids] = [pidsOf(before, process), pidsOf(after, process)]
      expect(newPids).toHaveLength(1)
      expect(newPids).not.toEqual(oldPids)
      expect(report.output).toContain(`(pid ${oldPids[0]}) has exited after`)
      // No other process was restarted
      const others = (status: typeof before) =>
        status.replicas.filter((each) => each.process !== process).map(({ pid }) => pid)
      expect(others(after)).toEqual(others(before))
      await expectOrders(shop.origin, report)
    },
    120_000,
  )

  it.each(['payments', 'storefront'])(
    'while %s is scaled to three replicas, which all serve requests, and back to one',
    async (process) => {
      const before = pidsOf(await shop.status(), process)
      await underLoad('scale', process, '3')
      const three = await shop.status()
      expect(pidsOf(three, process)).toHaveLength(3)
      expect(pidsOf(three, process)).toContain(before[0])
      const requests = three.replicas
        .filter((replica) => replica.process === process)
        .map(({ said }) => said!.requests.total)
      expect(Math.min(...requests), `requests of each: ${requests}`).toBeGreaterThan(0)
      await underLoad('scale', process, '1')
      expect(pidsOf(await shop.status(), process)).toEqual(before)
    },
    180_000,
  )
})

it('an unknown process is refused before anything is built', async () => {
  const { code, output } = await shop.pando('deploy', 'paymants', '--build')
  expect(code).toBe(1)
  expect(output).toMatch(
    /^pando: Cannot find the process "paymants" .* Did you mean "payments"\? The processes are .*payments/,
  )
  expect(existsSync(join(shop.dataDirectory, 'artefacts'))).toBe(false)
})

it('payments runs as an artefact after "deploy --build", and no request fails', async () => {
  const { output } = await underLoad('deploy', 'payments', '--build')
  expect(output).toMatch(/^Built .*: \d+\.\d MB, modules payments/)
  const [pid] = pidsOf(await shop.status(), 'payments')
  const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  expect(command).toContain('/artefacts/payments/')
  const merge = await shop.pando('merge', 'orders', '--into', 'payments', '--dry-run')
  expect(merge.output).toContain('runs an artefact that was built without orders')
}, 180_000)

it('the old replica stays when the new one does not start, and the last lines of its output are shown', async () => {
  const broken = join(shop.dataDirectory, 'broken')
  await mkdir(broken)
  await writeFile(join(broken, 'package.json'), '{"name":"pando-payments"}')
  await writeFile(join(broken, 'pando.mjs'), `import './service.mjs'`)
  await writeFile(join(broken, 'service.mjs'), 'console.error("planted fault"); process.exitCode = 1')
  const before = await shop.status()
  const { code, output } = await shop.pando('deploy', 'payments', '--build', broken)
  expect(code).toBe(1)
  expect(output).toContain('it ended 3 times before it was ready. Its last lines:\n  planted fault')
  const after = await shop.status()
  expect(pidsOf(after, 'payments')).toEqual(pidsOf(before, 'payments'))
  expect(after.replicas.map(({ state }) => state)).toEqual(after.replicas.map(() => 'ready'))
  await underLoad('deploy', 'payments')
}, 180_000)

it('the audit finds no problem after all deployments', async () => {
  const { code, output } = await shop.pando('audit')
  expect(code, output).toBe(0)
}, 60_000)

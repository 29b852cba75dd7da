import { execFileSync } from 'node:child_process'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { ApiClient } from '#tests/support/api-client.ts'
import { removeDataDirectory } from '#tests/support/shop-process.ts'
import { type DistributedShop, pidsOf, startDistributedShop } from './distributed-shop.ts'

const EXIT_TIMEOUT_MS = 20_000
const PROCESSES: Record<string, string[] | 'all'> = {
  shop: 'all',
  sales: ['orders', 'inventory', 'catalog'],
  payments: ['payments'],
}

let shop: DistributedShop | undefined
afterAll(async () => {
  await shop?.stop()
  if (shop) await removeDataDirectory(shop.dataDirectory)
})

it('no child process outlives a killed supervisor, and the next start has all data', async () => {
  shop = await startDistributedShop({ processes: PROCESSES })
  const client = new ApiClient(shop.origin)
  const { body } = await client.call('GET', '/products?available=true&limit=1')
  const cart = await client.fillCart([{ variantId: body.items[0].variants[0].id, quantity: 1 }])
  const order = await client.placeOrder(cart)
  expect(order.status).toBe(201)

  const children = descendantsOf(shop.pid)
  const commands = children.map(commandOf)
  expect(commands.filter((command) => command.includes('--process'))).toHaveLength(3)
  expect(commands.some((command) => command.includes('postgres'))).toBe(true)

  const began = performance.now()
  await shop.kill()
  while (children.some(isAlive) && performance.now() - began < EXIT_TIMEOUT_MS)
    await new Promise((resolve) => setTimeout(resolve, 50))
  expect(children.filter(isAlive).map(commandOf)).toEqual([])
  console.log(`${children.length} processes have exited after ${Math.round(performance.now() - began)} ms`)

  shop = await startDistributedShop({ processes: PROCESSES, dataDirectory: shop.dataDirectory })
  const again = await new ApiClient(shop.origin).call('GET', `/orders/${order.body.id}`, undefined, {
    authorization: `Bearer ${cart.token}`,
  })
  expect(again).toMatchObject({ status: 200, body: { id: order.body.id, status: order.body.status } })
  const audit = await shop.pando('audit')
  expect(audit.code, audit.output).toBe(0)

  expect(await shop.stop()).toBe(0)
  expect(shop.output()).not.toContain('stopped unexpectedly')
}, 180_000)

it('a start right after the kill waits for a process that has not ended yet', async () => {
  const { dataDirectory } = shop!
  shop = await startDistributedShop({ processes: PROCESSES, dataDirectory })
  const [slowPid] = pidsOf(await shop.status(), 'payments')
  process.kill(slowPid!, 'SIGSTOP')
  onTestFinished(() => {
    if (isAlive(slowPid!)) process.kill(slowPid!, 'SIGKILL')
  })
  await shop.kill()
  shop = await startDistributedShop({
    processes: PROCESSES,
    dataDirectory,
    port: shop.port,
    keepTopology: true,
    onOutput: (output) => {
      if (output.includes('waiting for the end of its processes') && isAlive(slowPid!))
        process.kill(slowPid!, 'SIGCONT')
    },
  })
  expect(shop.output()).not.toContain('Cannot listen on port')
  expect(await shop.stop()).toBe(0)
}, 60_000)

it('no child process outlives a second Ctrl-C, not even one that hangs', async () => {
  const { dataDirectory } = shop!
  shop = await startDistributedShop({ processes: PROCESSES, dataDirectory })
  const children = descendantsOf(shop.pid)
  const [hungPid] = pidsOf(await shop.status(), 'payments')
  process.kill(hungPid!, 'SIGSTOP')
  const ended = shop.stop()
  await expect.poll(() => shop!.output(), { timeout: 10_000 }).toContain('a second Ctrl-C kills them')
  process.kill(shop.pid, 'SIGINT')
  expect(await ended).toBe(130)
  await expect.poll(() => children.filter(isAlive).map(commandOf), { timeout: EXIT_TIMEOUT_MS }).toEqual([])
}, 60_000)

/** Returns the ids of the child processes and all their descendants. */
function descendantsOf(pid: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number) as [number, number])
  const found: number[] = []
  let parents = new Set([pid])
  while (parents.size > 0) {
    const next = rows.filter(([, parent]) => parents.has(parent)).map(([child]) => child)
    found.push(...next)
    parents = new Set(next)
  }
  return found
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

/** Also false for a zombie. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}

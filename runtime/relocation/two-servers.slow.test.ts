import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { startEmbedded } from '../database/embedded/index.ts'
import { openPool } from '../database/pool.ts'
import { executorOf, expectAtTarget, FakeProcesses, killAt, onProgress } from './executor-testing.ts'
import { dropOrphans, findOrphans } from './orphans.ts'
import { checkDatabases } from './preflight.ts'
import { RETRY_TIMEOUTS } from './retry.ts'
import { openPair, sell, TILL } from './testing.ts'

vi.setConfig({ testTimeout: 90_000 })

/** Starts a second server behind a proxy, so that its address stays the same when it restarts on another port. */
async function openServer() {
  const directory = await mkdtemp(join(tmpdir(), 'pando-second-'))
  const options = { directory: join(directory, 'postgres'), settings: { fsync: 'off' } }
  let server: Awaited<ReturnType<typeof startEmbedded>> | undefined = await startEmbedded(options)
  const url = new URL(server.url)
  // Over TCP: the name of the Unix socket contains the port, which may change.
  url.searchParams.delete('host')
  const proxy = createServer((socket) => {
    const upstream = server ? connect(server.port, '127.0.0.1') : undefined
    const end = () => {
      socket.destroy()
      upstream?.destroy()
    }
    for (const each of [socket, upstream]) each?.on('error', end).on('close', end)
    if (upstream) socket.pipe(upstream).pipe(socket)
    else socket.resetAndDestroy()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  url.port = String((proxy.address() as AddressInfo).port)
  const stop = async () => {
    const running = server
    server = undefined
    await running?.stop()
  }
  onTestFinished(async () => {
    await stop()
    proxy.close()
    await rm(directory, { recursive: true, force: true })
  })
  return {
    url: url.href,
    stop,
    start: async () => {
      server = await startEmbedded(options)
    },
  }
}

it('moves a module to another server that is down for a while during the move', async () => {
  const server = await openServer()
  const pair = await openPair({ sales: 500, targetUrl: server.url })
  expect(await checkDatabases({ ...pair, migratables: [TILL] })).toEqual([])
  await killAt(pair, 'copy')
  await server.stop()
  const resumed = executorOf(pair, new FakeProcesses(), RETRY_TIMEOUTS).resume({ onProgress })
  await sell(pair.source, 1)
  await server.start()
  expect(await resumed).toMatchObject({ state: 'done' })
  await expectAtTarget(pair, 502)
})

it('rolls back while the server of the target is down, and later finds and drops what is left there', async () => {
  const server = await openServer()
  const pair = await openPair({ targetUrl: server.url })
  await killAt(pair, 'fence')
  await server.stop()
  expect(await executorOf(pair).rollback({ onProgress })).toMatchObject({ state: 'rolled back', error: null })
  await sell(pair.source, 1)
  const databases = [pair.source]
  expect(await findOrphans(pair.source, { unfinished: undefined, databases })).toEqual([])
  await server.start()
  const target = openPool({ url: server.url, max: 2, name: 'test' })
  onTestFinished(() => target.end({ timeout: 1 }))
  const orphans = await findOrphans(target, { unfinished: undefined, databases: [...databases, target] })
  expect(orphans.map((each) => each.kind).sort()).toEqual(['publication', 'replication slot', 'subscription'])
  await dropOrphans(target, orphans)
  expect(await findOrphans(target, { unfinished: undefined, databases: [...databases, target] })).toEqual([])
})

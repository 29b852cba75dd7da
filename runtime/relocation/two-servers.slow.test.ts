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
import { PATIENCE } from './retry.ts'
import { openPair, sell, TILL } from './testing.ts'

vi.setConfig({ testTimeout: 90_000 })

/** A second server, which has one address whatever port it gets when it starts again. */
async function openServer() {
  const directory = await mkdtemp(join(tmpdir(), 'pando-second-'))
  const options = { directory: join(directory, 'postgres'), settings: { fsync: 'off' } }
  let server: Awaited<ReturnType<typeof startEmbedded>> | undefined = await startEmbedded(options)
  const url = new URL(server.url)
  // Over TCP, past the server's socket, whose name changes with its port.
  url.searchParams.delete('host')
  const door = createServer((socket) => {
    const inner = server ? connect(server.port, '127.0.0.1') : undefined
    const end = () => {
      socket.destroy()
      inner?.destroy()
    }
    for (const each of [socket, inner]) each?.on('error', end).on('close', end)
    if (inner) socket.pipe(inner).pipe(socket)
    else socket.resetAndDestroy()
  }).listen(0, '127.0.0.1')
  await once(door, 'listening')
  url.port = String((door.address() as AddressInfo).port)
  const stop = async () => {
    const running = server
    server = undefined
    await running?.stop()
  }
  onTestFinished(async () => {
    await stop()
    door.close()
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

it('a module moves to another server, which is away for a while in the middle of it', async () => {
  const server = await openServer()
  const pair = await openPair({ sales: 500, targetUrl: server.url })
  expect(await checkDatabases({ ...pair, migratables: [TILL] })).toEqual([])
  await killAt(pair, 'copy')
  await server.stop()
  const resumed = executorOf(pair, new FakeProcesses(), PATIENCE).resume({ onProgress })
  await sell(pair.source, 1)
  await server.start()
  expect(await resumed).toMatchObject({ state: 'done' })
  await expectAtTarget(pair, 502)
})

it('a rollback does without a target that is dead, and what is left there is found later', async () => {
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
  const left = await findOrphans(target, { unfinished: undefined, databases: [...databases, target] })
  expect(left.map((each) => each.kind).sort()).toEqual(['publication', 'replication slot', 'subscription'])
  await dropOrphans(target, left)
  expect(await findOrphans(target, { unfinished: undefined, databases: [...databases, target] })).toEqual([])
})

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLog } from '#runtime/base/log.ts'
import { freePort } from '#runtime/base/ports.ts'
import { system } from '#runtime/contract/caller.ts'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { ensureDatabase } from '#runtime/database/ensure-database.ts'
import { loadContracts, loadHosted } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import { KnownPlacement } from '#runtime/topology/placement.ts'
import type { seats } from '#tests/fixtures/modules/seats/contract.ts'
import { natsServer, startNats } from '#tests/support/nats.ts'

// Measures events between two processes with separate databases, over both buses: how many are delivered in a second
// while many wait, and how long one takes from the commit of the emitter to the end of the reaction. Run "npm run
// bench:events".
const MODULES = fileURLToPath(new URL('../tests/fixtures/modules', import.meta.url))
/** Events that wait when the deliveries begin. */
const MANY = 1000
/** Events of which each is emitted after the end of the previous one. */
const SINGLE = 200

/** One process of the measurement. */
interface ProcessOptions {
  modules: string[]
  databaseUrl: string
  natsUrl: string | undefined
  /** The origins of the consumers. */
  origins: string[]
  port?: number
}

if (process.argv[2] === 'consumer') await consume(JSON.parse(process.argv[3]!) as ProcessOptions)
else await measureAll()

async function measureAll(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-bench-events-'))
  const database = await startEmbedded({ directory: join(directory, 'postgres') })
  const nats = natsServer ? await startNats() : undefined
  if (!nats) console.error(`NATS is not measured: nats-server is not installed`)
  try {
    for (const natsUrl of nats ? [undefined, nats.url] : [undefined]) {
      for (const replicas of [1, 2]) {
        const name = `${natsUrl ? 'nats' : 'direct'}, ${replicas} ${replicas === 1 ? 'consumer' : 'consumers'}`
        const { perSecond, medianMs, p99Ms } = await measure(
          database.url,
          `${natsUrl ? 'nats' : 'direct'}${replicas}`,
          natsUrl,
          replicas,
        )
        console.log(
          `${name.padEnd(20)} ${perSecond.toFixed(0).padStart(6)} events/s   one: median ${medianMs.toFixed(1)} ms, 99 % ${p99Ms.toFixed(1)} ms`,
        )
      }
    }
  } finally {
    await nats?.stop()
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function measure(server: string, run: string, natsUrl: string | undefined, replicas: number) {
  const databaseUrl = async (name: string) => {
    const url = new URL(server)
    url.pathname = `/${run}_${name}`
    await ensureDatabase(url.href)
    return url.href
  }
  const ports = await Promise.all(Array.from({ length: replicas }, freePort))
  const origins = ports.map((port) => `http://127.0.0.1:${port}`)
  const consumerOptions = { modules: ['trips'], databaseUrl: await databaseUrl('travel'), natsUrl, origins }
  const endListeners = new Map<string, (at: number) => void>()
  const consumers: ChildProcess[] = []
  for (const port of ports) {
    const options: ProcessOptions = { ...consumerOptions, port }
    const consumer = fork(fileURLToPath(import.meta.url), ['consumer', JSON.stringify(options)])
    consumers.push(consumer)
    await once(consumer, 'message')
    consumer.on('message', ({ passenger, at }: { passenger: string; at: number }) =>
      endListeners.get(passenger)?.(at),
    )
  }
  const emitterOptions = {
    modules: ['seats', 'till'],
    databaseUrl: await databaseUrl('seats'),
    natsUrl,
    origins,
  }
  const takeSeat = async (shop: Awaited<ReturnType<typeof open>>, passenger: string) => {
    const ended = new Promise<number>((resolve) => endListeners.set(passenger, resolve))
    await shop.callsAs<{ seats: typeof seats }>(system('bench')).seats.takeSeat({
      train: passenger,
      passenger,
    })
    return { committedAt: performance.timeOrigin + performance.now(), ended }
  }

  // Without background work, the events are only emitted, so that all wait when the next process begins to deliver them.
  const emitterOnly = await open(emitterOptions, false)
  const waiting: Promise<number>[] = []
  for (let i = 0; i < MANY; i += 20) {
    const some = Array.from({ length: 20 }, (_, j) => takeSeat(emitterOnly, `m${run}${i + j}`))
    waiting.push(...(await Promise.all(some)).map(({ ended }) => ended))
  }
  await emitterOnly.stop()
  const shop = await open(emitterOptions, true)
  const began = performance.timeOrigin + performance.now()
  const last = Math.max(...(await Promise.all(waiting)))

  const latencies: number[] = []
  for (let i = 0; i < SINGLE; i++) {
    const { committedAt, ended } = await takeSeat(shop, `s${run}${i}`)
    latencies.push((await ended) - committedAt)
  }
  latencies.sort((a, b) => a - b)
  await shop.stop()
  for (const consumer of consumers) {
    consumer.disconnect()
    await once(consumer, 'exit')
  }
  return {
    perSecond: MANY / ((last - began) / 1000),
    medianMs: latencies[SINGLE / 2]!,
    p99Ms: latencies[Math.floor(SINGLE * 0.99)]!,
  }
}

/** Runs a process that reacts to events, and reports the end of each reaction to its parent. */
async function consume(options: ProcessOptions): Promise<void> {
  const shop = await open(options, true)
  const { dispatcher } = shop
  const react = dispatcher.react.bind(dispatcher)
  dispatcher.react = async (consumer, event) => {
    await react(consumer, event)
    const { passenger } = event.payload as { passenger: string }
    process.send!({ passenger, at: performance.timeOrigin + performance.now() })
  }
  process.send!('ready')
  await once(process, 'disconnect')
  await shop.stop()
}

async function open({ modules, databaseUrl, natsUrl, origins, port }: ProcessOptions, background: boolean) {
  return openShop({
    modules: await loadHosted(modules, MODULES),
    contracts: await loadContracts(MODULES),
    modulesDirectory: MODULES,
    network: {
      placement: new KnownPlacement({ version: 0, modules: { trips: origins } }),
      ...(port ? { serve: { process: 'travel', replica: 0, port, host: '127.0.0.1' } } : {}),
    },
    nats: natsUrl ? { url: natsUrl, directly: new Set() } : undefined,
    databaseUrl,
    // Another secret for each run, so that NATS treats each as another shop.
    secret: `a secret for measuring ${new URL(databaseUrl).pathname.replace(/_.*/, '')}`,
    publicUrl: 'http://localhost:4000',
    dataDirectory: tmpdir(),
    log: createLog({ level: 'error' }),
    environment: {},
    background,
  })
}

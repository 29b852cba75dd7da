import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seedSample } from '#cli/import/seed-sample.ts'
import { openCommandShop } from '#cli/support/command-shop.ts'
import { freePort } from '#runtime/base/ports.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { startNats } from './nats.ts'
import { type AllModules, openShop, type TestShop, type TestShopOptions } from './shop.ts'
import { makeDataDirectory, removeDataDirectory, startShopProcess } from './shop-process.ts'

/** A shop with the sample catalogue, as a newcomer has it, in the topology of the run. */
export interface SampleShop extends Pick<TestShop, 'origin' | 'calls' | 'stop'> {
  /** Its modules as functions, and its backlog. In a topology of several processes they run on its databases. */
  shop: Shop
  /** Waits until every event has been handled. */
  drain(): Promise<unknown>
  /** Where its data are, when it is made of processes of its own. */
  dataDirectory: string | undefined
}

/**
 * Opens it in the topology that PANDO_TEST_TOPOLOGY names, as real processes that are started as a person would; in this
 * process unless it is set, with every call over HTTP when PANDO_TEST_MODE is `loopback`.
 */
export function openSampleShop(options: TestShopOptions = {}): Promise<SampleShop> {
  const topology = process.env.PANDO_TEST_TOPOLOGY
  if (!topology) return openHere(options)
  return process.env.PANDO_TEST_BUS === 'nats' ? openOverNats(topology) : openInProcesses(topology)
}

/** The topology with NATS in place of HTTP for its events, and a server for it. */
async function openOverNats(topology: string): Promise<SampleShop> {
  const nats = await startNats()
  const directory = await makeDataDirectory()
  const file = join(directory, `${topology}-nats.yaml`)
  const text = await readFile(`topologies/${topology}.yaml`, 'utf8')
  await writeFile(file, `${text}\nbus: nats\n`)
  const shop = await openInProcesses(file, { NATS_URL: nats.url })
  return {
    ...shop,
    async stop() {
      await shop.stop()
      await nats.stop()
      await removeDataDirectory(directory)
    },
  }
}

async function openHere(options: TestShopOptions): Promise<SampleShop> {
  const port = await freePort()
  const shop = await openShop({
    http: true,
    port,
    publicUrl: `http://127.0.0.1:${port}`,
    background: true,
    realTime: true,
    ...options,
  })
  await seedSample(shop.shop, 'EUR')
  return { ...shop, dataDirectory: undefined }
}

/** Starts the processes of a topology as `npm start` does, and opens its modules beside them as the commands do. */
export async function openInProcesses(
  topology: string,
  environment: Record<string, string> = {},
): Promise<SampleShop & { dataDirectory: string; pid: number; output(): string }> {
  const running = await startShopProcess({ args: ['--topology', topology], environment })
  const { dataDirectory } = running
  try {
    const tool = await openCommandShop({
      PANDO_DATA: dataDirectory,
      PANDO_TOPOLOGY: topology,
      PANDO_LOG: 'error',
      ...environment,
    })
    return {
      origin: running.origin,
      dataDirectory,
      pid: running.pid,
      output: running.output,
      shop: tool.shop,
      calls: tool.shop.callsAs<AllModules>(system('test')),
      drain: () => untilDelivered(tool.shop),
      async stop() {
        await tool.close()
        await running.stop()
        await removeDataDirectory(dataDirectory)
      },
    }
  } catch (error) {
    await running.stop()
    throw error
  }
}

const POLL_MS = 50
const DELIVERY_TIMEOUT_MS = 60_000

/** Waits until the processes have handed all events to their consumers. Throws when that takes too long. */
export async function untilDelivered(shop: Shop): Promise<void> {
  const end = Date.now() + DELIVERY_TIMEOUT_MS
  for (;;) {
    const backlog = await shop.backlog()
    const waiting = backlog.filter((each) => each.waiting > 0)
    if (waiting.length === 0) return
    if (Date.now() > end) throw new Error(`Events were not delivered in a minute: ${JSON.stringify(waiting)}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

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

/** A shop with the sample catalogue, in the topology of the test run. */
export interface SampleShop extends Pick<TestShop, 'origin' | 'calls' | 'stop'> {
  /** Its modules and its backlog. With several processes, these modules run in the test, on the databases of the shop. */
  shop: Shop
  /** Waits until all events have been handled. */
  drain(): Promise<unknown>
  /** Its data folder, if it runs in its own processes. */
  dataDirectory: string | undefined
}

/**
 * Opens a shop in the topology PANDO_TEST_TOPOLOGY, with real processes that are started as users start them. Without
 * this variable, the shop runs in the process of the test, with every call over HTTP if PANDO_TEST_MODE is `loopback`.
 */
export function openSampleShop(options: TestShopOptions = {}): Promise<SampleShop> {
  const topology = process.env.PANDO_TEST_TOPOLOGY
  if (!topology) return openInThisProcess(options)
  return process.env.PANDO_TEST_BUS === 'nats' ? openOverNats(topology) : openInProcesses(topology)
}

/** Opens a shop in the topology with NATS instead of HTTP for its events, and starts a NATS server. */
async function openOverNats(topology: string): Promise<SampleShop> {
  const nats = await startNats()
  const directory = await makeDataDirectory()
  const cleanUp = async () => {
    await nats.stop()
    await removeDataDirectory(directory)
  }
  try {
    const file = join(directory, `${topology}-nats.yaml`)
    const text = await readFile(`topologies/${topology}.yaml`, 'utf8')
    await writeFile(file, `${text}\nbus: nats\n`)
    const shop = await openInProcesses(file, { NATS_URL: nats.url })
    return {
      ...shop,
      async stop() {
        await shop.stop()
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

async function openInThisProcess(options: TestShopOptions): Promise<SampleShop> {
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

/** Starts the processes of a topology as `npm start` does, and opens its modules in this process as the commands do. */
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
      drain: () => waitUntilDelivered(tool.shop),
      async stop() {
        await tool.close()
        await running.stop()
        await removeDataDirectory(dataDirectory)
      },
    }
  } catch (error) {
    await running.stop()
    await removeDataDirectory(dataDirectory)
    throw error
  }
}

const POLL_MS = 50
const DELIVERY_TIMEOUT_MS = 60_000

/** Waits until the processes have delivered all events to their consumers. Throws after one minute. */
export async function waitUntilDelivered(shop: Shop): Promise<void> {
  const end = Date.now() + DELIVERY_TIMEOUT_MS
  for (;;) {
    const backlog = await shop.backlog()
    const waiting = backlog.filter((each) => each.waiting > 0)
    if (waiting.length === 0) return
    if (Date.now() > end)
      throw new Error(`Events were not delivered within one minute: ${JSON.stringify(waiting)}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

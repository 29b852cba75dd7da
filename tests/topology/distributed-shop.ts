import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ShopStatus } from '#cli/start/operations.ts'
import { freePort } from '#runtime/base/ports.ts'
import { listModules, loadContracts } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'

/** A shop of many processes with free ports, started as users start it. */
export interface DistributedShop extends ShopProcess {
  /** Path of its topology file. */
  topology: string
  processes: readonly { name: string; modules: readonly string[] }[]
  /** Runs `pando` with these arguments, for this shop. `output` is that of stdout and stderr. */
  pando(...args: string[]): Promise<{ code: number | null; output: string }>
  status(): Promise<ShopStatus>
  /** Stops it and removes its data. */
  close(): Promise<void>
}

/** Number of ports reserved for the replicas of each process. */
const PORTS_PER_PROCESS = 4

/**
 * Starts a shop with each module in its own process, or with `processes`: the modules by process. `all` stands for the
 * storefront and all others that no other process lists.
 */
export async function startDistributedShop(
  options: {
    processes?: Record<string, string[] | 'all'>
    dataDirectory?: string
    /** Public port. Default: a free one. */
    port?: number
    environment?: Record<string, string>
    bus?: 'direct' | 'nats'
    /** Keep the topology file in the data folder, instead of writing one with new ports. */
    keepTopology?: boolean
    onOutput?: (output: string) => void
    /** Folder with its code. Default: this checkout. */
    checkout?: string
    /** Replicas of the process with the storefront. Default: 1. */
    replicas?: number
  } = {},
): Promise<DistributedShop> {
  const processes = options.processes ?? Object.fromEntries(listModules().map((name) => [name, [name]]))
  const dataDirectory = options.dataDirectory ?? (await makeDataDirectory())
  const port = options.port ?? (await freePort())
  const firstPort = await freeRange(Object.keys(processes).length * PORTS_PER_PROCESS)
  const topology = join(dataDirectory, 'distributed.yaml')
  const entries = Object.entries(processes).map(([name, modules], index) => {
    const internalPort = firstPort + index * PORTS_PER_PROCESS
    const isPublic = modules === 'all' || modules.includes('storefront')
    return [
      name,
      {
        modules,
        ...(isPublic ? { port, internalPort, replicas: options.replicas ?? 1 } : { port: internalPort }),
      },
    ]
  })
  if (!options.keepTopology)
    await writeFile(
      topology,
      stringify({ processes: Object.fromEntries(entries), bus: options.bus ?? 'direct' }),
    )
  const shop = await startShopProcess({
    dataDirectory,
    port,
    args: ['--topology', topology],
    environment: options.environment ?? {},
    onOutput: options.onOutput,
    checkout: options.checkout,
  })
  const pando = (...args: string[]) =>
    runPando(args, { ...options.environment, PANDO_DATA: dataDirectory }, options.checkout)
  return {
    ...shop,
    topology,
    processes: (await read(topology)).processes,
    pando,
    async status() {
      const { output } = await pando('status', '--json')
      return JSON.parse(output) as ShopStatus
    },
    async close() {
      await shop.stop()
      await removeDataDirectory(dataDirectory)
    },
  }
}

/** Returns the modules of each process of an included topology, for `startDistributedShop`. */
export async function processesOf(topology: string): Promise<Record<string, string[]>> {
  const { processes } = await read(topology)
  return Object.fromEntries(processes.map(({ name, modules }) => [name, [...modules]]))
}

async function read(topology: string): Promise<Topology> {
  return readTopology(topology, { known: await loadContracts(), environment: {} })
}

/** Returns the process ids of the replicas of a process. */
export function pidsOf({ replicas }: ShopStatus, process: string): number[] {
  return replicas.filter((replica) => replica.process === process).map(({ pid }) => pid!)
}

/** Returns the first of `count` consecutive free ports, below the ephemeral ports of the system. */
async function freeRange(count: number): Promise<number> {
  for (;;) {
    const first = 10_000 + Math.floor(Math.random() * 15_000)
    const servers = await Promise.all(Array.from({ length: count }, (_, index) => listen(first + index)))
    await Promise.all(servers.map((server) => server && new Promise((resolve) => server.close(resolve))))
    if (servers.every(Boolean)) return first
  }
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

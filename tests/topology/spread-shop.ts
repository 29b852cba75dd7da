import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ShopStatus } from '#cli/start/operations.ts'
import { freePort } from '#runtime/base/ports.ts'
import { listModules, loadContracts } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'

/** A shop of many processes with ports that are free here, started as a person starts it. */
export interface SpreadShop extends ShopProcess {
  /** The file of its topology. */
  topology: string
  processes: readonly { name: string; modules: readonly string[] }[]
  /** Runs a command on it. */
  pando(...args: string[]): Promise<{ code: number | null; output: string }>
  status(): Promise<ShopStatus>
  /** Stops it and removes its data. */
  close(): Promise<void>
}

/** Replicas that a process may grow to without a port of somebody else in its way. */
const ROOM = 4

/** Starts every module as a process of its own, or as `processes` says: modules by process. */
export async function startSpreadShop(
  options: {
    processes?: Record<string, string[]>
    dataDirectory?: string
    /** Of the public; a free one unless given. */
    port?: number
    environment?: Record<string, string>
    bus?: 'direct' | 'nats'
    /** Started again with the topology file that its data folder has, instead of one with new ports. */
    again?: boolean
    onOutput?: (output: string) => void
    /** The folder with its code; this checkout by default. */
    checkout?: string
    /** Of the process with the pages; one by default. */
    replicas?: number
  } = {},
): Promise<SpreadShop> {
  const processes = options.processes ?? Object.fromEntries(listModules().map((name) => [name, [name]]))
  const dataDirectory = options.dataDirectory ?? (await makeDataDirectory())
  const port = options.port ?? (await freePort())
  const firstPort = await freeRange(Object.keys(processes).length * ROOM)
  const topology = join(dataDirectory, 'spread.yaml')
  const entries = Object.entries(processes).map(([name, modules], index) => {
    const internal = firstPort + index * ROOM
    const isPublic = modules.includes('storefront')
    return [
      name,
      {
        modules,
        ...(isPublic
          ? { port, internalPort: internal, replicas: options.replicas ?? 1 }
          : { port: internal }),
      },
    ]
  })
  if (!options.again)
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
    processes: Object.entries(processes).map(([name, modules]) => ({ name, modules })),
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

/** The modules of each process of a topology of the project, for `startSpreadShop`. */
export async function processesOf(topology: string): Promise<Record<string, string[]>> {
  const { processes } = readTopology(topology, {
    known: await loadContracts(),
    environment: {},
    starting: [],
  })
  return Object.fromEntries(processes.map(({ name, modules }) => [name, [...modules]]))
}

/** Process ids of the replicas of a process. */
export function pidsOf({ replicas }: ShopStatus, process: string): number[] {
  return replicas.filter((replica) => replica.process === process).map(({ pid }) => pid!)
}

/** The first of so many ports in a row that nobody listens on now, below those that systems hand out by themselves. */
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

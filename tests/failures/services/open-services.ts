import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { freePort } from '#runtime/base/ports.ts'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import { replicasOf } from '#tests/support/replicas.ts'
import { openInProcesses } from '#tests/support/sample-shop.ts'
import { type RunningTestProvider, startTestProvider } from '#tests/support/test-provider.ts'

type Opened = Awaited<ReturnType<typeof openInProcesses>>

/** The part of a shop that the load and the checks need. */
export type LoadedShop = Pick<Services, 'origin' | 'calls' | 'shop' | 'provider' | 'output' | 'stop'>

/** A shop with the processes of a topology on free ports, and a payment provider with its own records. */
export interface Services extends Opened {
  provider: RunningTestProvider
  /** The names of the processes; in `microservices` they are those of the modules. */
  names: string[]
  /** The origin of the internal port of a process. */
  internalOrigin(name: string): string
  /** Sends a signal to a process. Returns its process id. */
  signal(name: string, signal: NodeJS.Signals): Promise<number>
  /** Waits until a process is ready. Returns the time that it took, in milliseconds. */
  untilReady(name: string): Promise<number>
  /** Makes the database of a process refuse connections, or accept them again. */
  database(name: string, state: 'stopped' | 'running'): Promise<void>
}

const POLL_MS = 25
const READY_TIMEOUT_MS = 60_000

export async function openServices(
  environment: Record<string, string> = {},
  topology = 'microservices',
): Promise<Services> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-services-'))
  const { file, ports } = await writeTopology(directory, topology)
  const provider = await startTestProvider({ webhookCopies: 2 })
  try {
    const opened = await openInProcesses(file, { ...provider.settings, ...environment })
    await provider.set({ webhookUrl: `${opened.origin}/api/v1/payments/webhooks/test` })
    const administrator = openPool({
      url: (await findEmbedded(join(opened.dataDirectory, 'postgres')))!.url,
      max: 1,
      name: 'administrator',
    })
    const internalOrigin = (name: string) => `http://127.0.0.1:${ports[name]}`
    const origin = (name: string) => (name === 'storefront' ? opened.origin : internalOrigin(name))
    return {
      ...opened,
      provider,
      names: Object.keys(ports),
      internalOrigin,
      async signal(name, signal) {
        const replicas = await replicasOf(opened.dataDirectory)
        const pid = replicas.find((replica) => replica.process === name)?.pid
        if (!pid) throw new Error(`Cannot send ${signal} to "${name}": it does not run`)
        process.kill(pid, signal)
        return pid
      },
      async untilReady(name) {
        const began = performance.now()
        while (!(await isReady(origin(name)))) {
          if (performance.now() - began > READY_TIMEOUT_MS)
            throw new Error(
              `"${name}" is not ready after a minute. The shop wrote:\n${opened.output().slice(-4000)}`,
            )
          await pause(POLL_MS)
        }
        return performance.now() - began
      },
      async database(name, state) {
        const database = name === 'storefront' ? 'pando' : `pando_${name}`
        await administrator.unsafe(`alter database ${database} allow_connections ${state === 'running'}`)
        if (state === 'stopped')
          await administrator`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database}`
      },
      async stop() {
        await administrator.end({ timeout: 5 })
        await opened.stop()
        await provider.stop()
        await rm(directory, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await provider.stop()
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

/** Writes a copy of a topology with free ports. */
async function writeTopology(
  directory: string,
  topology: string,
): Promise<{ file: string; ports: Record<string, number> }> {
  const text = await readFile(`topologies/${topology}.yaml`, 'utf8')
  const { processes } = parse(text) as { processes: Record<string, { port?: number; internalPort?: number }> }
  const ports: Record<string, number> = {}
  for (const [name, process] of Object.entries(processes)) {
    const port = await freePort()
    ports[name] = port
    if (process.port === undefined) process.internalPort = port
    else process.port = port
  }
  const file = join(directory, `${topology}.yaml`)
  await writeFile(file, stringify({ processes }))
  return { file, ports }
}

export async function isReady(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { seedSample } from '#cli/import/seed-sample.ts'
import { openCommandShop } from '#cli/support/command-shop.ts'
import { system } from '#runtime/contract/caller.ts'
import { listModules } from '#runtime/process/modules.ts'
import { createDatabase } from '#tests/support/database.ts'
import type { AllModules } from '#tests/support/shop.ts'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'
import { startTestProvider } from '#tests/support/test-provider.ts'
import { isReady, type LoadedShop, pause } from '../services/open-services.ts'
import { buildNetwork, type Network } from './network.ts'

/** A shop with a simulated machine for each of its processes. */
export interface Machines extends LoadedShop {
  network: Network
  names: string[]
  /** Waits until every process is ready. */
  untilReady(): Promise<void>
}

const PUBLIC_PORT = 4000
const INTERNAL_PORT = 4100
const READY_TIMEOUT_MS = 90_000

/** Starts each module on its own simulated machine, as in containers, with the sample catalogue. Throws unless run as root. */
export async function openMachines(): Promise<Machines> {
  const names = listModules()
  const cleanUps: (() => unknown)[] = []
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  }
  try {
    const directory = await makeDataDirectory()
    cleanUps.push(() => removeDataDirectory(directory))
    const network = buildNetwork(names)
    cleanUps.push(() => network.remove())
    const origin = `http://${network.addressOf('storefront')}:${PUBLIC_PORT}`
    const provider = await startTestProvider({
      webhookCopies: 2,
      webhookUrl: `${origin}/api/v1/payments/webhooks/test`,
    })
    cleanUps.push(() => provider.stop())
    const databases = new Map<string, string>()
    for (const name of names) {
      const database = await createDatabase()
      cleanUps.push(database.drop)
      databases.set(name, database.url)
    }
    const topology = join(directory, 'machines.yaml')
    await writeFile(topology, stringify({ processes: processesOf(names, network) }))

    const common = {
      PANDO_DATA: directory,
      PANDO_TOPOLOGY: topology,
      PANDO_SECRET: randomBytes(32).toString('hex'),
      PANDO_LOG: 'warn',
      PANDO_RATE_LIMITS: 'off',
      PANDO_HOST: '0.0.0.0',
      PANDO_PUBLIC_URL: origin,
    }
    const urlsFrom = (change: (url: string) => string) =>
      Object.fromEntries([...databases].map(([name, url]) => [variableOf(name), change(url)]))
    const commandShop = await openCommandShop({
      ...common,
      ...provider.settings,
      ...urlsFrom((url) => url),
      DATABASE_URL: databases.get('storefront'),
      PANDO_LOG: 'error',
    })
    cleanUps.push(() => commandShop.close())
    await seedSample(commandShop.shop, 'EUR')
    await commandShop.shop.drain()

    const host = network.steadyHost
    const databasePort = await forward(host, new URL(databases.get('storefront')!).port, cleanUps)
    const providerPort = await forward(host, new URL(provider.url).port, cleanUps)
    const output: string[] = []
    for (const name of names) {
      const child = launch(network.commandOn(name), name, {
        ...common,
        ...provider.settings,
        ...urlsFrom((url) => forwarded(url, host, databasePort)),
        DATABASE_URL: forwarded(databases.get(name)!, host, databasePort),
        PANDO_TEST_PROVIDER_URL: forwarded(provider.url, host, providerPort),
      })
      for (const stream of [child.stdout!, child.stderr!])
        stream.on('data', (chunk: Buffer) => output.push(`${name}: ${chunk.toString('utf8')}`))
      cleanUps.push(() => end(child))
    }
    const machines: Machines = {
      network,
      names,
      origin,
      provider,
      shop: commandShop.shop,
      calls: commandShop.shop.callsAs<AllModules>(system('test')),
      output: () => output.join(''),
      async untilReady() {
        const deadline = Date.now() + READY_TIMEOUT_MS
        for (const name of names) {
          const port = name === 'storefront' ? PUBLIC_PORT : INTERNAL_PORT
          while (!(await isReady(`http://${network.addressOf(name)}:${port}`))) {
            if (Date.now() > deadline)
              throw new Error(`"${name}" is not ready. The shop wrote:\n${output.join('').slice(-4000)}`)
            await pause(50)
          }
        }
      },
      stop,
    }
    await machines.untilReady()
    return machines
  } catch (error) {
    await stop()
    throw error
  }
}

function processesOf(names: readonly string[], network: Network) {
  const entries = names.map((name) => [
    name,
    {
      modules: [name],
      address: network.addressOf(name),
      ...(name === 'storefront'
        ? { port: PUBLIC_PORT, internalPort: INTERNAL_PORT }
        : { port: INTERNAL_PORT, database: { url: `env:${variableOf(name)}` } }),
    },
  ])
  return Object.fromEntries(entries)
}

function variableOf(name: string): string {
  return `${name.toUpperCase()}_DATABASE_URL`
}

function launch(prefix: string[], name: string, environment: Record<string, string>): ChildProcess {
  const [command, ...args] = [...prefix, process.execPath, 'cli/pando.mjs', 'start', '--process', name]
  return spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...environment },
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGINT')
  await exited
}

/** Forwards connections to a free port of another address of this machine to a local port. Returns the free port. */
async function forward(host: string, localPort: string, cleanUps: (() => unknown)[]): Promise<number> {
  const forwarder: Server = createServer((client) => {
    const server = connect(Number(localPort), '127.0.0.1')
    client.pipe(server).pipe(client)
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay(true)
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  forwarder.listen(0, host)
  await once(forwarder, 'listening')
  cleanUps.push(() => forwarder.close())
  return (forwarder.address() as { port: number }).port
}

/** Returns the URL at which the machines reach a local server, through `forward`. */
function forwarded(url: string, host: string, port: number): string {
  const address = new URL(url)
  // A connection by Unix socket would not be affected by the partitions
  address.searchParams.delete('host')
  address.hostname = host
  address.port = String(port)
  return address.href.replace(/\/$/, '')
}

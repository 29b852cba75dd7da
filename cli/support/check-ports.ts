import { isFree, listenError } from '#runtime/base/ports.ts'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { internalPortsOf, needsDefaultServer, showSource, type Topology } from '#runtime/topology/topology.ts'
import type { ShopCheck } from './check-shop.ts'
import type { Finding } from './finding.ts'
import { embeddedDirectory, homeOf } from './home.ts'
import { localOrigin } from './local-origin.ts'

const TIMEOUT_MS = 2000

/** Checks whether the public port and the internal ports are free, or used by this shop. */
export async function checkPorts(config: Config, topology: Topology, shop: ShopCheck): Promise<Finding[]> {
  return [
    await checkPublicPort(config, topology, shop),
    ...(shop.state === 'none' ? await checkInternalPorts(config, topology) : []),
  ]
}

async function checkInternalPorts(config: Config, topology: Topology): Promise<Finding[]> {
  const findings = internalPortsOf(topology).map(async ({ process, port }): Promise<Finding[]> => {
    if (await isFree(port)) return []
    // Processes that were started one by one have no supervisor, so the shop counts as not running
    if ((await answersAsShop('127.0.0.1', port)) && (await mayRun(config, topology))) return []
    const text = `internal port ${port} of "${process}" is used by another program`
    const remedy = `stop that program, or change the port of "${process}" in ${showSource(topology.source)}`
    return [{ state: 'wrong', about: 'port', text, remedy }]
  })
  return (await Promise.all(findings)).flat()
}

/** Whether a shop of this data folder may be running. A shop with an embedded server runs only while the server does. */
async function mayRun(config: Config, topology: Topology): Promise<boolean> {
  const isEmbedded =
    !config.databaseUrl &&
    (needsDefaultServer(topology) || (await homeOf(config, topology)).kind === 'server')
  return !isEmbedded || (await findEmbedded(embeddedDirectory(config))) !== undefined
}

async function checkPublicPort(config: Config, topology: Topology, shop: ShopCheck): Promise<Finding> {
  const { port, host } = config
  const about = 'port'
  const problem = await listenError(port, host)
  if (!problem) return { state: 'ok', about, text: `${port} is free` }
  const isShop = problem.code === 'EADDRINUSE' && (await answersAsShop(host, port))
  // When its embedded database does not run, the shop of this data folder does not either
  if (isShop && (shop.state === 'runs' || (await mayRun(config, topology))))
    return { state: 'ok', about, text: `${port}: a shop is running there` }
  if (problem.code === 'EADDRINUSE' && shop.state !== 'none' && shop.state !== 'runs')
    return { state: 'ok', about, text: `${port} is used, as expected while this shop runs (see "shop")` }
  if (problem.code === 'EADDRINUSE') {
    return {
      state: 'wrong',
      about,
      text: `${port} is used by ${isShop ? 'another shop, with its own data folder' : 'another program'}`,
      remedy: `stop that program, or choose another port: PANDO_PORT=${port + 1}`,
    }
  }
  return {
    state: 'wrong',
    about,
    text: `${port} on ${host} cannot be used (${problem.code})`,
    remedy: 'choose another port with PANDO_PORT, or another address with PANDO_HOST',
  }
}

async function answersAsShop(host: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`${localOrigin(host, port)}/health/live`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return ((await response.json()) as { status?: string }).status === 'live'
  } catch {
    return false
  }
}

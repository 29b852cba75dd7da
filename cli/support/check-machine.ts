import { constants } from 'node:fs'
import { access, mkdtemp, rmdir, statfs } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { nearestFolder } from '#runtime/base/make-folder.ts'
import { allSettings, type Config, misspeltSettings } from '#runtime/process/config.ts'
import { loadContracts, loadModules } from '#runtime/process/modules.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { checkConnections } from './check-connections.ts'
import { checkDatabase } from './check-database.ts'
import { checkLeftovers } from './check-leftovers.ts'
import { checkOutboxes } from './check-outboxes.ts'
import { checkPorts } from './check-ports.ts'
import { checkSales } from './check-sales.ts'
import { checkSecret } from './check-secret.ts'
import { checkShop, type ShopCheck } from './check-shop.ts'
import { checkOtherServer, checkShopData } from './check-shop-data.ts'
import { configOf } from './config-of.ts'
import { findServer } from './database.ts'
import type { Finding } from './finding.ts'
import { followMove } from './follow-move.ts'
import { MINIMUM_NODE_MAJOR } from './node-version.ts'
import { chosenTopology } from './topology.ts'

type Environment = Record<string, string | undefined>

const NEEDED_DISK_BYTES = 500e6
const NEEDED_MEMORY_BYTES = 400e6

/**
 * Checks everything that a start depends on, and lists the settings. Changes nothing, except that `fix` removes what splits
 * and merges left behind.
 */
export async function checkMachine(environment: Environment, { fix = false } = {}): Promise<Finding[]> {
  const findings: Finding[] = [checkNode(), checkMemory()]
  const modules = await loadModules()
  let config: Config
  let topology: Topology
  try {
    topology = await chosenTopology(undefined, await loadContracts(), [], environment)
  } catch (error) {
    return [...findings, describeTopologyProblem(error as NodeJS.ErrnoException)]
  }
  try {
    config = configOf(topology, modules, environment)
  } catch (error) {
    const text = (error as Error).message
    return [
      ...findings,
      { state: 'wrong', about: 'settings', text, remedy: 'correct the environment variables' },
    ]
  }
  const [ownServer, shop] = await Promise.all([checkDatabase(config, topology), checkShop(config)])
  const database = (await checkOtherServer(config, topology, shop)) ?? ownServer
  findings.push(
    ...misspeltSettings(environment, modules).map(
      (text): Finding => ({ state: 'note', about: 'settings', text }),
    ),
    await checkDataFolder(config),
    await checkDisk(config),
    await checkSecret(config),
    database,
    ...shop.findings,
    ...(await checkPorts(config, topology, shop)),
    ...checkProxy(config),
    // With a server that does not answer, each of these checks would only wait for its timeout
    ...(database.state !== 'ok'
      ? []
      : await checkDatabaseContents(config, topology, { fix, shop, environment })),
  )
  for (const [name, setting] of Object.entries(allSettings(modules))) {
    const value = environment[name]
    const shown = value ? (setting.secret ? '(set, not shown)' : value) : `${setting.default ?? '(unset)'}`
    findings.push({ state: 'ok', about: name, text: `${shown} - ${setting.summary}` })
  }
  return findings
}

function describeTopologyProblem({ message, path }: NodeJS.ErrnoException): Finding {
  const remedy =
    path === undefined
      ? 'correct that file, or name another topology with PANDO_TOPOLOGY'
      : `let this user read the file ${path}, or restore it from a backup`
  return { state: 'wrong', about: 'topology', text: message, remedy }
}

async function checkDatabaseContents(
  config: Config,
  topology: Topology,
  { fix, shop, environment }: { fix: boolean; shop: ShopCheck; environment: Environment },
): Promise<Finding[]> {
  const server = await findServer(config, topology)
  const contracts = await loadContracts()
  const current = await followMove(topology, config, { contracts, serverUrl: server?.serverUrl }).catch(
    // The checks below report problems of a move and of its databases
    () => topology,
  )
  return [
    // With an unfinished move, a start uses the topology of the move and does not check the data
    ...(current === topology ? await checkShopData(config, topology) : []),
    ...(await checkConnections(config, current, shop.status)),
    ...(await checkLeftovers(config, topology, { fix, isRunning: shop.state !== 'none' })),
    await checkOutboxes(config, current),
    ...(await checkSales(environment)),
  ]
}

function checkNode(): Finding {
  const about = 'Node.js'
  const major = Number(process.versions.node.split('.')[0])
  if (major >= MINIMUM_NODE_MAJOR) return { state: 'ok', about, text: process.version }
  return {
    state: 'wrong',
    about,
    text: `${process.version} is too old`,
    remedy: `run "npm ci", which installs a suitable one, or install Node.js ${MINIMUM_NODE_MAJOR} or newer`,
  }
}

function checkMemory(): Finding {
  const free = freemem()
  const text = `${Math.round(free / 1e6)} MB free`
  if (free > NEEDED_MEMORY_BYTES) return { state: 'ok', about: 'memory', text }
  return {
    state: 'note',
    about: 'memory',
    text,
    remedy: 'the shop and its database need 400 MB: stop other programs if the shop is slow',
  }
}

async function checkDataFolder({ dataDirectory }: Config): Promise<Finding> {
  const about = 'data folder'
  try {
    const place = await nearestFolder(dataDirectory)
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK)
    // Permissions are not enough: the path may be a file, and some file systems allow no new folders
    await rmdir(await mkdtemp(join(place, '.pando-doctor-')))
    const text =
      place === dataDirectory ? place : `${dataDirectory} does not exist yet: the first start makes it`
    return { state: 'ok', about, text }
  } catch (error) {
    return {
      state: 'wrong',
      about,
      text: `${dataDirectory} cannot be used (${(error as NodeJS.ErrnoException).code})`,
      remedy: 'make it a folder that this user can write to, or name another folder with PANDO_DATA',
    }
  }
}

/** The shop does not terminate TLS, so a shop with an https address is behind a proxy. */
function checkProxy({ publicUrl, trustProxy }: Config): Finding[] {
  if (!publicUrl.startsWith('https:') || trustProxy !== false) return []
  return [
    {
      state: 'note',
      about: 'proxy',
      text: 'PANDO_PUBLIC_URL is https, so there is a proxy, but PANDO_TRUST_PROXY is off: all visitors share one rate limit',
      remedy: 'set PANDO_TRUST_PROXY to the number of proxies, such as 1, or to their networks',
    },
  ]
}

async function checkDisk({ dataDirectory }: Config): Promise<Finding> {
  const about = 'disk'
  try {
    const { bavail, bsize } = await statfs(await nearestFolder(dataDirectory))
    const text = `${Math.round((bavail * bsize) / 1e6)} MB free`
    if (bavail * bsize > NEEDED_DISK_BYTES) return { state: 'ok', about, text }
    return {
      state: 'wrong',
      about,
      text,
      remedy:
        'free disk space, or move the data folder (PANDO_DATA): the database stops when the disk is full',
    }
  } catch (error) {
    return { state: 'note', about, text: `cannot be checked (${(error as Error).message})` }
  }
}

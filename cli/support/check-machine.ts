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
import { checkSecret } from './check-secret.ts'
import { checkShop, type SeenShop } from './check-shop.ts'
import { configOf } from './config-of.ts'
import type { Finding } from './finding.ts'
import { chosenTopology } from './topology.ts'

type Environment = Record<string, string | undefined>

const NEEDED_DISK_BYTES = 500e6
const NEEDED_MEMORY_BYTES = 400e6

/** Looks at everything that a start depends on. Changes nothing; `fix`: removes what splits and merges left behind. */
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
  const [database, shop] = await Promise.all([checkDatabase(config, topology), checkShop(config)])
  findings.push(
    ...misspeltSettings(environment, modules).map(
      (text): Finding => ({ state: 'note', about: 'settings', text }),
    ),
    await checkData(config),
    await checkDisk(config),
    await checkSecret(config),
    database,
    ...shop.findings,
    ...(await checkPorts(config, topology, shop)),
    ...checkProxy(config),
    // Each would wait as long for a server that does not answer, or does not know where it is
    ...(database.state !== 'ok' ? [] : await checkInside(config, topology, { fix, shop })),
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
      ? 'correct the file that it names, or name another one with PANDO_TOPOLOGY'
      : `make ${path} a file that this user can read, or bring it back from a backup`
  return { state: 'wrong', about: 'topology', text: message, remedy }
}

async function checkInside(
  config: Config,
  topology: Topology,
  { fix, shop }: { fix: boolean; shop: SeenShop },
): Promise<Finding[]> {
  return [
    ...(await checkConnections(config, topology, shop.status)),
    ...(await checkLeftovers(config, topology, { fix })),
    await checkOutboxes(config, topology),
  ]
}

function checkNode(): Finding {
  const about = 'Node.js'
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 24) return { state: 'ok', about, text: process.version }
  return {
    state: 'wrong',
    about,
    text: `${process.version} is too old`,
    remedy: 'run "npm ci", which brings the right one, or install Node.js 24 or newer',
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
    remedy: 'the shop and its database want 400 MB: stop other programs if it is slow',
  }
}

async function checkData({ dataDirectory }: Config): Promise<Finding> {
  const about = 'data folder'
  try {
    const place = await nearestFolder(dataDirectory)
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK)
    // A file would be in the way, and some file systems take no folder of anybody's
    await rmdir(await mkdtemp(join(place, '.pando-doctor-')))
    const text = place === dataDirectory ? place : `${dataDirectory} is not there: the first start makes it`
    return { state: 'ok', about, text }
  } catch (error) {
    return {
      state: 'wrong',
      about,
      text: `${dataDirectory} cannot be used (${(error as NodeJS.ErrnoException).code})`,
      remedy: 'make it a folder that this user can write in, or name another one with PANDO_DATA',
    }
  }
}

/** The shop speaks no TLS itself, so a proxy stands in front of one with an https address. */
function checkProxy({ publicUrl, trustProxy }: Config): Finding[] {
  if (!publicUrl.startsWith('https:') || trustProxy !== false) return []
  return [
    {
      state: 'note',
      about: 'proxy',
      text: 'PANDO_PUBLIC_URL is https, so there is a proxy, and PANDO_TRUST_PROXY is off: all visitors share one limit of requests',
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
        'free some room, or move the data folder (PANDO_DATA): the database stops when the disk is full',
    }
  } catch (error) {
    return { state: 'note', about, text: `not known (${(error as Error).message})` }
  }
}

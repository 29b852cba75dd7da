import { createHash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { makeFolder } from '#runtime/base/make-folder.ts'
import { withSchemaPath } from '#runtime/topology/schema-path.ts'
import {
  databaseKey,
  keepsTables,
  showSource,
  TOPOLOGIES_DIRECTORY,
  type Topology,
} from '#runtime/topology/topology.ts'
import { UserError } from './report-error.ts'

/** The record of a shop's last start, in its data folder. */
interface ShopRecord {
  /** A name from `topologies/`, a path from the data folder that begins with `./`, or an absolute path. */
  source: string
  /** By module: the database with its tables, as `databaseLabel` writes it. */
  databases: Record<string, string>
  /** The database that records moves, as the topology named it, if it is not the default server's own. */
  home?: string | undefined
  /** The default server: `embedded`, or its host and port. */
  server?: string | undefined
  /** The shop has been ready once, so its databases have its tables. */
  hasBegun?: boolean | undefined
  /** The digest of the current saved topology. */
  sha256?: string
}

const RECORD = 'topology.json'
const SAVED = 'topology.yaml'
const NEXT = 'topology.yaml.next'

/** The topology of the last start of a data folder's shop, as a name or an absolute path; undefined when it never ran. */
export async function recordedTopology(dataDirectory: string): Promise<string | undefined> {
  const record = await readRecord(dataDirectory)
  return record && sourceOf(record, dataDirectory)
}

/** The database that records the moves of this shop, as the topology named it; undefined when none is recorded. */
export async function recordedHome(dataDirectory: string): Promise<string | undefined> {
  return (await readRecord(dataDirectory))?.home
}

/** A shop that has been ready with a data folder. */
export interface StartedShop {
  modules: ReadonlySet<string>
  /** Its default server at the last start: `embedded`, or its host and port. */
  server: string | undefined
}

/** The shop that has been ready with this data folder; undefined when there was none. */
export async function recordedShop(dataDirectory: string): Promise<StartedShop | undefined> {
  const record = await readRecord(dataDirectory)
  return record?.hasBegun
    ? { modules: new Set(Object.keys(record.databases)), server: record.server }
    : undefined
}

/** Records that the shop is ready. `server`: its default server; undefined when no process uses one. */
export async function recordStarted(dataDirectory: string, server: string | undefined): Promise<void> {
  const record = await readRecord(dataDirectory)
  if (!record || (record.hasBegun && record.server === server)) return
  await writeRecord(dataDirectory, { ...record, server, hasBegun: true })
}

/**
 * Records the topology with which a shop starts. Throws a UserError when it assigns the tables of a module to another
 * database than before, because the shop would start without its data. `home`: the database that records moves from now
 * on. Default: the recorded one.
 */
export async function recordTopology(
  dataDirectory: string,
  topology: Topology,
  { home }: { home?: string | undefined } = {},
): Promise<void> {
  const before = await readRecord(dataDirectory)
  refuseOtherDatabases(before, topology, dataDirectory)
  // With PANDO_SECRET set, the folder may not exist yet
  await makeFolder(dataDirectory)
  await writeRecord(dataDirectory, {
    ...lastingPart(before),
    source: relativeSource(topology, dataDirectory),
    databases: databasesOf(topology),
    home: home ?? before?.home,
  })
}

/** Throws when the data of the shop are in other databases than the topology names. Changes nothing. */
export async function requireSameDatabases(dataDirectory: string, topology: Topology): Promise<void> {
  refuseOtherDatabases(await readRecord(dataDirectory), topology, dataDirectory)
}

function refuseOtherDatabases(
  before: ShopRecord | undefined,
  topology: Topology,
  dataDirectory: string,
): void {
  const databases = databasesOf(topology)
  const mismatches = Object.entries(before?.databases ?? {}).filter(
    ([module, recorded]) =>
      databases[module] !== undefined &&
      databases[module] !== recorded &&
      keepsTables(topology.processOf(module)),
  )
  if (mismatches.length > 0) {
    const list = mismatches
      .map(([module, recorded]) => `  - ${module}: data in ${recorded}, but now ${databases[module]}`)
      .join('\n')
    const source = sourceOf(before!, dataDirectory)
    if (relativeSource(topology, dataDirectory) === before!.source)
      throw new UserError(
        `Cannot start: the data of this shop are in other databases than those that DATABASE_URL and the topology name now\n${list}\n${describeLastServer(before!)} To begin another shop, give it its own data folder, such as PANDO_DATA=.pando-new`,
      )
    throw new UserError(
      `Cannot start in the topology "${topology.name}": the data of this shop are in the databases of its last topology (${isAbsolute(source) ? showSource(source) : source})\n${list}\nStart without --topology to use that topology, and move modules with "pando split" and "pando merge"; or give this topology its own data folder, such as PANDO_DATA=.pando-${topology.name}`,
    )
  }
}

function describeLastServer({ server }: ShopRecord): string {
  if (server === undefined) return 'Set DATABASE_URL, or unset it, as at the last start.'
  return server === 'embedded'
    ? 'At the last start DATABASE_URL was not set: unset it.'
    : `At the last start DATABASE_URL named ${server}: set it to that server again.`
}

/** The part of a record that does not depend on the topology. */
function lastingPart(record: ShopRecord | undefined): Pick<ShopRecord, 'home' | 'server' | 'hasBegun'> {
  const { home, server, hasBegun } = record ?? {}
  return { home, server, hasBegun }
}

/** Removes the record of the last start. Only for a first start that failed: the shop has no data yet. */
export async function removeRecord(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, RECORD), { force: true })
}

/** The file in which a shop whose modules have moved saves its topology. */
export function savedTopologyFile(dataDirectory: string): string {
  return join(dataDirectory, SAVED)
}

/**
 * Saves the topology of a shop whose modules have moved in `savedTopologyFile`, and records it for the next start. Atomic:
 * after a crash during the call, either the old topology or the new one is in effect.
 */
export async function saveTopology(dataDirectory: string, text: string, topology: Topology): Promise<void> {
  const saved = withSchemaPath(text, { from: topology.source, to: savedTopologyFile(dataDirectory) })
  const lasting = lastingPart(await readRecord(dataDirectory))
  // The text may contain passwords of databases
  await writeFile(join(dataDirectory, NEXT), saved, { flush: true, mode: 0o600 })
  const record = {
    ...lasting,
    source: `./${SAVED}`,
    databases: databasesOf(topology),
    sha256: digestOf(saved),
  }
  await writeRecord(dataDirectory, record)
  await activateNext(record, dataDirectory)
}

/** Replaces the saved topology with the next one if that is the recorded one. Completes a save that was interrupted. */
async function activateNext({ sha256 }: ShopRecord, dataDirectory: string): Promise<void> {
  if (sha256 === undefined) return
  const next = join(dataDirectory, NEXT)
  const text = await readFile(next, 'utf8').catch(() => undefined)
  if (text === undefined || digestOf(text) !== sha256) return
  await rename(next, join(dataDirectory, SAVED)).catch((error: NodeJS.ErrnoException) => {
    // Another process has already renamed it
    if (error.code !== 'ENOENT') throw error
  })
}

async function readRecord(dataDirectory: string): Promise<ShopRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(join(dataDirectory, RECORD), 'utf8')) as ShopRecord
    await activateNext(record, dataDirectory)
    return record
  } catch (error) {
    // ENOTDIR: the code that needs the folder reports that it is a file
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return undefined
    if (!(error instanceof SyntaxError)) throw error
    throw new UserError(
      `Cannot read ${join(dataDirectory, RECORD)}: ${error.message}. It records the topology and the databases of the shop's last start: restore it from a backup, or remove it and start the shop with that --topology and DATABASE_URL`,
    )
  }
}

async function writeRecord(dataDirectory: string, record: ShopRecord): Promise<void> {
  const file = join(dataDirectory, RECORD)
  // An address may contain a password
  await writeFile(`${file}.next`, `${JSON.stringify(record, null, 2)}\n`, { flush: true, mode: 0o600 })
  await rename(`${file}.next`, file)
}

/** The source as a name or a relative path if possible, so that it stays valid when program or data folder are moved. */
function relativeSource({ name, source }: Topology, dataDirectory: string): string {
  if (dirname(source) === TOPOLOGIES_DIRECTORY) return name
  const inside = relative(dataDirectory, source)
  return inside.startsWith('..') || isAbsolute(inside) ? source : `./${inside}`
}

function sourceOf({ source }: ShopRecord, dataDirectory: string): string {
  return source.startsWith('./') ? join(dataDirectory, source) : source
}

function databasesOf(topology: Topology): ShopRecord['databases'] {
  const pairs = topology.processes.flatMap((process) =>
    process.modules.map((module) => [module, databaseLabel(databaseKey(process))]),
  )
  return Object.fromEntries(pairs)
}

/**
 * The host and path of a database's URL, or its name. `key`: a `databaseKey`, a URL or `env:NAME`. Leaves out user and
 * password, which change and are secret.
 */
export function databaseLabel(key: string): string {
  const url = URL.parse(key.replace(/^url:/, ''))
  return url ? `${url.host}${url.pathname}` : key.replace(/^(url|name|own):/, '')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

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

/** What the data folder keeps of the topology that its shop ran in last. */
interface Note {
  /** A name from `topologies/`, a path from the data folder that begins with `./`, or an absolute path. */
  source: string
  /** By module: which database has its tables. */
  databases: Record<string, string>
  /** The database that records moves, as the topology named it, where it is not the default server's own. */
  home?: string | undefined
  /** The default server: `embedded`, or its host and port. */
  server?: string | undefined
  /** The shop has come up, so that its databases have its tables. */
  hasBegun?: boolean | undefined
  /** Of the text that the data folder's own file has to have. */
  sha256?: string
}

const NOTE = 'topology.json'
const OWN = 'topology.yaml'
const NEXT = 'topology.yaml.next'

/**
 * The topology that the shop of a data folder ran in last, as a name or an absolute path; undefined when it never ran.
 */
export async function recordedTopology(dataDirectory: string): Promise<string | undefined> {
  const note = await readNote(dataDirectory)
  return note && sourceOf(note, dataDirectory)
}

/** The database that records the moves of this shop, as the topology named it; undefined when nothing was noted. */
export async function recordedHome(dataDirectory: string): Promise<string | undefined> {
  return (await readNote(dataDirectory))?.home
}

/** A shop that has come up with a data folder. */
export interface StartedShop {
  modules: ReadonlySet<string>
  /** The default server that it had then: `embedded`, or its host and port. */
  server: string | undefined
}

/** The shop that has come up with this data folder; undefined when none ever did. */
export async function recordedShop(dataDirectory: string): Promise<StartedShop | undefined> {
  const note = await readNote(dataDirectory)
  return note?.hasBegun ? { modules: new Set(Object.keys(note.databases)), server: note.server } : undefined
}

/** Notes that the shop has come up, on that default server where it needs one. */
export async function recordStarted(dataDirectory: string, server: string | undefined): Promise<void> {
  const note = await readNote(dataDirectory)
  if (!note || (note.hasBegun && note.server === server)) return
  await writeNote(dataDirectory, { ...note, server, hasBegun: true })
}

/**
 * Notes the topology that a shop starts in. Throws when that has some module's tables in another database than before:
 * the shop would come up without its data. `home`: the database that records moves from now on; the one that is noted
 * stays without it.
 */
export async function recordTopology(
  dataDirectory: string,
  topology: Topology,
  { home }: { home?: string | undefined } = {},
): Promise<void> {
  const before = await readNote(dataDirectory)
  const databases = databasesOf(topology)
  const moved = Object.entries(before?.databases ?? {}).filter(
    ([module, place]) =>
      databases[module] !== undefined &&
      databases[module] !== place &&
      keepsTables(topology.processOf(module)),
  )
  if (moved.length > 0) {
    const list = moved
      .map(([module, place]) => `  - ${module}: ${place}, and now ${databases[module]}`)
      .join('\n')
    const source = sourceOf(before!, dataDirectory)
    if (noteOf(topology, dataDirectory) === before!.source)
      throw new UserError(
        `Cannot start: the data of this shop are in other databases than DATABASE_URL and the topology say now\n${list}\n${beforeNow(before!)} To begin another shop, give it a data folder of its own: PANDO_DATA=.pando-new`,
      )
    throw new UserError(
      `Cannot start in the topology "${topology.name}": the data of this shop are elsewhere, by the topology that it ran in last (${isAbsolute(source) ? showSource(source) : source})\n${list}\nStart it in that one, which is what it does without --topology, and move its modules with "pando split" and "pando merge"; or give this topology a data folder of its own: PANDO_DATA=.pando-${topology.name}`,
    )
  }
  // With PANDO_SECRET set nothing has made it before
  await makeFolder(dataDirectory)
  await writeNote(dataDirectory, {
    ...keptOf(before),
    source: noteOf(topology, dataDirectory),
    databases,
    home: home ?? before?.home,
  })
}

function beforeNow({ server }: Note): string {
  if (server === undefined) return 'Set DATABASE_URL, or unset it, as for its last start.'
  return server === 'embedded'
    ? 'At its last start DATABASE_URL was not set: unset it.'
    : `At its last start DATABASE_URL named ${server}: set it as then.`
}

/** What a note keeps, whatever the topology is. */
function keptOf(note: Note | undefined): Pick<Note, 'home' | 'server' | 'hasBegun'> {
  const { home, server, hasBegun } = note ?? {}
  return { home, server, hasBegun }
}

/** Forgets what was noted by a start that came to nothing, before there was anything in the shop. */
export async function removeRecord(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, NOTE), { force: true })
}

/** The file that the shop of a data folder keeps of its topology, once its modules have moved. */
export function savedTopologyFile(dataDirectory: string): string {
  return join(dataDirectory, OWN)
}

/**
 * Keeps the topology of a shop whose modules have moved, with their data, for its next start: the text in
 * `savedTopologyFile`, and that it counts from now on. A process that dies amid this leaves the old one or the new one.
 */
export async function saveTopology(dataDirectory: string, text: string, topology: Topology): Promise<void> {
  const own = withSchemaPath(text, { from: topology.source, to: savedTopologyFile(dataDirectory) })
  const kept = keptOf(await readNote(dataDirectory))
  // It may hold passwords of databases.
  await writeFile(join(dataDirectory, NEXT), own, { flush: true, mode: 0o600 })
  const note = { ...kept, source: `./${OWN}`, databases: databasesOf(topology), sha256: digestOf(own) }
  await writeNote(dataDirectory, note)
  await takeNext(note, dataDirectory)
}

/** Puts a text that is noted already into its place, where that was not done any more. */
async function takeNext({ sha256 }: Note, dataDirectory: string): Promise<void> {
  if (sha256 === undefined) return
  const next = join(dataDirectory, NEXT)
  const text = await readFile(next, 'utf8').catch(() => undefined)
  if (text === undefined || digestOf(text) !== sha256) return
  await rename(next, join(dataDirectory, OWN)).catch((error: NodeJS.ErrnoException) => {
    // Another process was faster.
    if (error.code !== 'ENOENT') throw error
  })
}

async function readNote(dataDirectory: string): Promise<Note | undefined> {
  try {
    const note = JSON.parse(await readFile(join(dataDirectory, NOTE), 'utf8')) as Note
    await takeNext(note, dataDirectory)
    return note
  } catch (error) {
    // A file where the folder should be is said by what needs the folder
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return undefined
    if (!(error instanceof SyntaxError)) throw error
    throw new UserError(
      `Cannot read ${join(dataDirectory, NOTE)}: ${error.message}. It says in which topology and on which databases the shop ran last: take it from a backup, or remove it and start the shop with that --topology and DATABASE_URL`,
    )
  }
}

async function writeNote(dataDirectory: string, note: Note): Promise<void> {
  const file = join(dataDirectory, NOTE)
  // An address may hold a password.
  await writeFile(`${file}.next`, `${JSON.stringify(note, null, 2)}\n`, { flush: true, mode: 0o600 })
  await rename(`${file}.next`, file)
}

/** Names and paths that stay right when the program or the data folder is moved. */
function noteOf({ name, source }: Topology, dataDirectory: string): string {
  if (dirname(source) === TOPOLOGIES_DIRECTORY) return name
  const inside = relative(dataDirectory, source)
  return inside.startsWith('..') || isAbsolute(inside) ? source : `./${inside}`
}

function sourceOf({ source }: Note, dataDirectory: string): string {
  return source.startsWith('./') ? join(dataDirectory, source) : source
}

function databasesOf(topology: Topology): Note['databases'] {
  const pairs = topology.processes.flatMap((process) =>
    process.modules.map((module) => [module, placeOf(databaseKey(process))]),
  )
  return Object.fromEntries(pairs)
}

/** Without user and password, which change and are nobody's business. */
export function placeOf(key: string): string {
  const url = URL.parse(key.replace(/^url:/, ''))
  return url ? `${url.host}${url.pathname}` : key.replace(/^(url|name|own):/, '')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

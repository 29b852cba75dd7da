import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { didYouMean } from './nearest.ts'

/** The processes of a shop, and the modules and database of each. A plain value with all defaults filled in. */
export interface Topology {
  readonly name: string
  /** The path of its file. */
  readonly source: string
  readonly processes: readonly Process[]
  readonly bus: 'direct' | 'nats'
  /** Groups of modules that must share transactions. */
  readonly together: readonly (readonly string[])[]
  /** The process of a module. Throws when there is no module of that name. */
  processOf(module: string): Process
}

export interface Process {
  readonly name: string
  readonly modules: readonly string[]
  readonly replicas: number
  /** The public port; only the process with pages has one. */
  readonly port: number | undefined
  /** The port for calls of other processes; 0 for any free one. */
  readonly internalPort: number
  /** Host name or IP address at which the other processes reach it. */
  readonly address: string
  /** The address that the internal port is bound to. */
  readonly listen: string
  readonly database: DatabaseReference
  /** Program and arguments of a service in another language, started instead of a Pando process. */
  readonly command: readonly string[] | undefined
}

export type DatabaseReference =
  /** `from` is the value in the file, an address or `env:NAME`. `url` is undefined when that variable is not set. */
  | { readonly kind: 'url'; readonly url: string | undefined; readonly from: string }
  /** A database of this name on the default server. */
  | { readonly kind: 'name'; readonly name: string }
  /** The database of a service with a `command`, which manages its data itself. */
  | { readonly kind: 'own' }

/**
 * The ports of replica `index`, counted from 0. All replicas share the public port; each has its own internal port.
 * Port 0 stays 0: each replica gets a free one.
 */
export function portsOf(
  { port, internalPort }: Process,
  index: number,
): { port: number | undefined; internalPort: number } {
  return { port, internalPort: internalPort === 0 ? 0 : internalPort + index }
}

/**
 * The internal ports that a start opens, one for each replica, without those that are 0 (any free port). A shop of a
 * single replica opens none until modules are split off.
 */
export function internalPortsOf({ processes }: Topology): { process: string; port: number }[] {
  const replicas = processes.flatMap((process) =>
    Array.from({ length: process.replicas }, (_, index) => ({
      process: process.name,
      port: portsOf(process, index).internalPort,
    })),
  )
  return replicas.length === 1 ? [] : replicas.filter(({ port }) => port !== 0)
}

/** The origins at which the other processes reach the replicas, such as `http://127.0.0.1:4110`. */
export function originsOf(process: Process): string[] {
  return Array.from({ length: process.replicas }, (_, index) =>
    originOf(process, portsOf(process, index).internalPort),
  )
}

/** The origin of a replica with this internal port. */
export function originOf({ address }: Pick<Process, 'address'>, internalPort: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${internalPort}`
}

/** Identifies the database of a process: two processes share one if their keys are equal. May contain a password. */
export function databaseKey({ name, database }: Pick<Process, 'name' | 'database'>): string {
  if (database.kind === 'url') return `url:${database.url ?? database.from}`
  return database.kind === 'name' ? `name:${database.name}` : `own:${name}`
}

/** Describes the database of a process for messages, without passwords. */
export function describeDatabase({ database }: Pick<Process, 'database'>): string {
  if (database.kind === 'own') return 'its own'
  if (database.kind === 'name') return database.name
  if (database.from.startsWith('env:')) return database.from
  const url = new URL(database.from)
  return `${url.host}${url.pathname}`
}

/**
 * The URL of the database of a process; undefined when a service manages its own, or when the process has no tables.
 * `serverUrl` is the URL of the default server with any database. Throws when the variable with the address is not set,
 * and when the database is on the default server but there is no such server.
 */
export function databaseUrlOf(process: Process, serverUrl: string | undefined): string | undefined {
  const { name, database } = process
  if (database.kind === 'own') return undefined
  if (database.kind === 'url') {
    if (database.url === undefined)
      throw new Error(
        `Cannot open the database of "${name}": set ${database.from.slice('env:'.length)} to its address`,
      )
    return database.url
  }
  if (serverUrl === undefined && !keepsTables(process)) return undefined
  if (serverUrl === undefined)
    throw new Error(
      `Cannot open the database of "${name}": it is "${database.name}" on the default server, but this shop has no default server. Give the database an address, such as database: { url: "env:NAME" }`,
    )
  const url = new URL(serverUrl)
  url.pathname = `/${database.name}`
  return url.href
}

/** Finds a process by its name. Throws an error that lists all names, and suggests the name that was probably meant. */
export function findProcess(topology: Topology, name: string): Process {
  const process = topology.processes.find((each) => each.name === name)
  if (process) return process
  const names = topology.processes.map((each) => each.name)
  const processOfModule = topology.processes.find(({ modules }) => modules.includes(name))
  const hint = processOfModule
    ? ` "${name}" is a module of the process "${processOfModule.name}".`
    : didYouMean(name, [...names, ...topology.processes.flatMap(({ modules }) => modules)])
  throw new Error(
    `Cannot find the process "${name}" in the topology "${topology.name}".${hint} The ${names.length === 1 ? 'only process is' : 'processes are'} ${names.join(', ')}`,
  )
}

/** The process with the public port; undefined when no module has pages. */
export function publicProcess(topology: Topology): Process | undefined {
  return topology.processes.find((process) => process.port !== undefined)
}

/** Whether a process has tables. A process whose only module serves pages has none. */
export function keepsTables({ port, modules }: Pick<Process, 'port' | 'modules'>): boolean {
  return port === undefined || modules.length > 1
}

/** Whether any process keeps its data on the default server. */
export function needsDefaultServer({ processes }: Topology): boolean {
  return processes.some((each) => each.database.kind === 'name' && keepsTables(each))
}

/** The folder of the topologies that can be given by name. */
export const TOPOLOGIES_DIRECTORY = fileURLToPath(new URL('../../topologies', import.meta.url))

/** The path of a topology file for messages: relative to the current folder if it is in it. */
export function showSource(source: string): string {
  const path = relative('', source)
  return path.startsWith('..') ? source : path
}

import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { didYouMean } from './nearest.ts'

/** How a shop is laid out over processes. A plain value: everything is decided, nothing is left to defaults. */
export interface Topology {
  readonly name: string
  /** The file that it comes from. */
  readonly source: string
  readonly processes: readonly Process[]
  readonly bus: 'direct' | 'nats'
  readonly together: readonly (readonly string[])[]
  /** The process that a module is in. Throws on a name that is none of a module. */
  processOf(module: string): Process
}

export interface Process {
  readonly name: string
  readonly modules: readonly string[]
  readonly replicas: number
  /** The public port, where pages are; undefined elsewhere. */
  readonly port: number | undefined
  /** The port for the other processes. */
  readonly internalPort: number
  /** Under which the others reach it. */
  readonly address: string
  /** What the internal port is bound to. */
  readonly listen: string
  readonly database: DatabaseReference
  /** A service in another language, started in place of ours. */
  readonly command: readonly string[] | undefined
}

export type DatabaseReference =
  /** `url` is undefined when it is to come from a variable that is not set here. `from` is what the file says. */
  | { readonly kind: 'url'; readonly url: string | undefined; readonly from: string }
  /** A database of this name on the default server. */
  | { readonly kind: 'name'; readonly name: string }
  /** A `command` that keeps its data by itself. */
  | { readonly kind: 'own' }

/**
 * The ports of replica `index`, counted from 0: all serve one public port, each has an internal one. Port 0 takes a free
 * one, for every replica.
 */
export function portsOf(
  { port, internalPort }: Process,
  index: number,
): { port: number | undefined; internalPort: number } {
  return { port, internalPort: internalPort === 0 ? 0 : internalPort + index }
}

/** Where the other processes reach each of its replicas, such as `http://127.0.0.1:4110`. */
export function originsOf(process: Process): string[] {
  return Array.from({ length: process.replicas }, (_, index) =>
    originOf(process, portsOf(process, index).internalPort),
  )
}

/** Where the other processes reach a replica that listens on this port. */
export function originOf({ address }: Pick<Process, 'address'>, internalPort: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${internalPort}`
}

/** Two processes keep their data in one database if and only if their keys are equal. May hold a password: do not show it. */
export function databaseKey({ name, database }: Pick<Process, 'name' | 'database'>): string {
  if (database.kind === 'url') return `url:${database.url ?? database.from}`
  return database.kind === 'name' ? `name:${database.name}` : `own:${name}`
}

/** Its database in words, without passwords. */
export function describeDatabase({ database }: Pick<Process, 'database'>): string {
  if (database.kind === 'own') return 'its own'
  if (database.kind === 'name') return database.name
  if (database.from.startsWith('env:')) return database.from
  const url = new URL(database.from)
  return `${url.host}${url.pathname}`
}

/**
 * Where its data are; undefined when it keeps them by itself, or has none. `serverUrl`: the default server, with any
 * database in its path. Throws when its address is in a variable that is not set, or it is on the default server and
 * there is none.
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
      `Cannot open the database of "${name}": it is "${database.name}" on the default server, and this shop has none. Give it an address, such as database: { url: "env:NAME" }`,
    )
  const url = new URL(serverUrl)
  url.pathname = `/${database.name}`
  return url.href
}

/** The process by its name. Throws with the names that there are, and with what may be meant. */
export function findProcess(topology: Topology, name: string): Process {
  const found = topology.processes.find((process) => process.name === name)
  if (found) return found
  const names = topology.processes.map((process) => process.name)
  const holder = topology.processes.find(({ modules }) => modules.includes(name))
  const meant = holder
    ? ` "${name}" is a module of the process "${holder.name}".`
    : didYouMean(name, [...names, ...topology.processes.flatMap(({ modules }) => modules)])
  throw new Error(
    `Cannot find the process "${name}" in the topology "${topology.name}".${meant} There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`,
  )
}

/** The process that serves the shop to the public; undefined when no module has pages. */
export function publicProcess(topology: Topology): Process | undefined {
  return topology.processes.find((process) => process.port !== undefined)
}

/** Whether anything of it is in a database: a process of nothing but pages has no tables. */
export function keepsTables({ port, modules }: Pick<Process, 'port' | 'modules'>): boolean {
  return port === undefined || modules.length > 1
}

/** Whether any process keeps its data on the default server. */
export function needsDefaultServer({ processes }: Topology): boolean {
  return processes.some((each) => each.database.kind === 'name' && keepsTables(each))
}

/** Where the topologies are that have names. */
export const TOPOLOGIES_DIRECTORY = fileURLToPath(new URL('../../topologies', import.meta.url))

/** The file of a topology as a person at this terminal would name it. */
export function showSource(source: string): string {
  const path = relative('', source)
  return path.startsWith('..') ? source : path
}

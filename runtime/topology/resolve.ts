import type { Outline, OutlinedProcess } from './check-shape.ts'
import { MAX_PORT } from './limits.ts'
import type { DatabaseReference, Process, Topology } from './topology.ts'

/** A module that exists. */
export interface KnownModule {
  name: string
  /** Whether the module serves pages. If so, its process has the public port. */
  pages: boolean
}

/** What the meaning of a topology file depends on, besides its text. */
export interface TopologyContext {
  known: readonly KnownModule[]
  /** Has PANDO_PORT, DATABASE_URL (the default server) and the variable of each `env:NAME`. */
  environment: Record<string, string | undefined>
}

export interface TopologyOptions extends TopologyContext {
  /**
   * The processes to start on this machine. For these processes, the variables with their database addresses must be
   * set. Default: none.
   */
  starting?: 'all' | readonly string[]
}

const DEFAULT_PUBLIC_PORT = 4000
const INTERNAL_PORT_OFFSET = 100
const DEFAULT_DATABASE = 'pando'
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/

/** Turns a checked file into a topology, with all defaults filled in. */
export function resolveTopology(
  outline: Outline,
  file: { name: string; source: string },
  context: TopologyContext,
): Topology {
  const processes = Object.entries(outline.processes).map(([name, entry]) =>
    resolveProcess(name, entry, context),
  )
  const processesByModule = new Map(
    processes.flatMap((process) => process.modules.map((module) => [module, process])),
  )
  return {
    ...file,
    processes,
    bus: outline.bus,
    together: outline.together,
    processOf(module) {
      const process = processesByModule.get(module)
      if (!process)
        throw new Error(`Cannot place "${module}": the topology "${file.name}" has no such module`)
      return process
    },
  }
}

/** Fills in the defaults of one process. A required port that is missing becomes 0. */
export function resolveProcess(
  name: string,
  entry: OutlinedProcess,
  { known, environment }: TopologyContext,
): Process {
  const modules = entry.modules ?? []
  const isPublic = known.some((module) => module.pages && modules.includes(module.name))
  const publicPort = entry.port ?? defaultPort(environment.PANDO_PORT)
  const address = entry.address ?? '127.0.0.1'
  return {
    name,
    modules,
    replicas: entry.replicas ?? 1,
    port: isPublic ? publicPort : undefined,
    internalPort: isPublic
      ? (entry.internalPort ?? (publicPort === 0 ? 0 : publicPort + INTERNAL_PORT_OFFSET))
      : (entry.port ?? 0),
    address,
    listen: entry.listen ?? (isLoopback(address) ? address.replace('localhost', '127.0.0.1') : '0.0.0.0'),
    database: resolveDatabase(name, entry, isPublic, environment),
    command: entry.command,
  }
}

/** The port of PANDO_PORT. Ignores an invalid value: the check of all settings reports it. */
function defaultPort(setting: string | undefined): number {
  return setting && /^\d{1,5}$/.test(setting) && Number(setting) <= MAX_PORT
    ? Number(setting)
    : DEFAULT_PUBLIC_PORT
}

export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address)
}

/** The name of the variable in an `env:NAME`; undefined for anything else. */
export function variableOf(url: string): string | undefined {
  return url.startsWith('env:') ? url.slice('env:'.length) : undefined
}

function resolveDatabase(
  process: string,
  { database, command }: OutlinedProcess,
  isPublic: boolean,
  environment: TopologyContext['environment'],
): DatabaseReference {
  if (database?.url !== undefined) {
    const variable = variableOf(database.url)
    const url = variable === undefined ? database.url : environment[variable] || undefined
    return { kind: 'url', url, from: database.url }
  }
  if (database?.name !== undefined) return { kind: 'name', name: database.name }
  if (command) return { kind: 'own' }
  // The public process has the database that DATABASE_URL names. Names of the others are derived from it.
  const mainDatabase = URL.parse(environment.DATABASE_URL ?? '')?.pathname.slice(1) || DEFAULT_DATABASE
  return { kind: 'name', name: isPublic ? mainDatabase : `${mainDatabase}_${process.replaceAll('-', '_')}` }
}

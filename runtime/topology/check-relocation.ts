import { MAX_PORT } from './limits.ts'
import { didYouMean } from './nearest.ts'
import { resolveProcess, type TopologyContext, variableOf } from './resolve.ts'
import { databaseName, type ProcessEntry, processName } from './schema.ts'
import { databaseKey, describeDatabase, type Process, type Topology } from './topology.ts'

/** A request to run modules in another process. */
export interface TopologyChange {
  modules: readonly string[]
  /** A process of the topology, or the name of a new one. */
  toProcess: string
  /** Whether `toProcess` must be new or must exist. Default: either. */
  target?: 'new' | 'existing' | undefined
  /** The internal port of a new process. Default: a free one with room for ten replicas. */
  port?: number | undefined
  /** The database of a new process. Default: its own on the default server. `from` is the value in the file. */
  database?: { name: string } | { from: string; url: string } | undefined
}

/** Modules cannot be moved as requested. The message lists all reasons. */
export class RelocationRefused extends Error {
  override readonly name = 'RelocationRefused'
  readonly problems: readonly string[]

  constructor({ modules, toProcess }: TopologyChange, problems: readonly string[]) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('')
    super(`Cannot move ${modules.join(', ') || 'modules'} to the process "${toProcess}":${list}`)
    this.problems = problems
  }
}

export interface CheckedChange {
  modules: readonly string[]
  from: Process
  /** Undefined when the process is new. */
  target: Process | undefined
  /** The `database` entry of a new process in the file; undefined when it is the default. */
  database: ProcessEntry['database']
}

/** Checks a change of a topology. Throws RelocationRefused with every problem at once. */
export function checkRelocation(
  topology: Topology,
  change: TopologyChange,
  context: TopologyContext,
): CheckedChange {
  const modules = [...new Set(change.modules)]
  const { known } = context
  const isKnown = (name: string) => known.some((module) => module.name === name)
  const target = topology.processes.find(({ name }) => name === change.toProcess)
  const existing = modules.filter(isKnown)
  const sources = [...new Set(existing.map((module) => topology.processOf(module)))]
  const { database, key } = databaseOf(change, context)
  const problems = [
    ...(modules.length === 0 ? ['no module is given: name the modules to move'] : []),
    ...modules.filter((name) => !isKnown(name)).map((name) => noModule(name, known)),
    ...existing
      .filter((name) => known.some((module) => module.name === name && module.pages))
      .map(
        (name) => `"${name}" serves pages and has no tables: it stays in the process with the public port`,
      ),
    ...checkSources(topology, existing, sources, target),
    ...(target ? checkExisting(target, change) : checkNew(topology, change)),
    ...checkTogether(topology, existing, change.toProcess),
  ]
  const [from] = sources
  if (!target && from && sources.length === 1 && from.modules.length === existing.length) {
    if (change.database === undefined || key === databaseKey(from))
      problems.push(
        `${existing.join(', ')} ${existing.length === 1 ? 'is the only module' : 'are all modules'} of "${from.name}", so only the name of the process would change. Leave it as it is, or move ${existing.length === 1 ? 'it' : 'them'} to another database`,
      )
  }
  if (problems.length > 0) throw new RelocationRefused(change, problems)
  return { modules, from: from!, target, database }
}

function noModule(name: string, known: TopologyContext['known']): string {
  const names = known.map((module) => module.name)
  return `"${name}" is not a module.${didYouMean(name, names)} The modules are ${names.join(', ')}`
}

function checkSources(
  topology: Topology,
  modules: readonly string[],
  sources: readonly Process[],
  target: Process | undefined,
): string[] {
  const shown = modules.map((module) => `${module} in "${topology.processOf(module).name}"`).join(', ')
  const others = sources.filter((process) => process !== target)
  return [
    ...modules
      .filter((module) => topology.processOf(module) === target)
      .map((module) => `"${module}" is already in "${target!.name}": leave it out`),
    ...(others.length > 1
      ? [`the modules are in several processes (${shown}): move the modules of one process at a time`]
      : []),
    ...others.filter(({ command }) => command).map(foreignService),
  ]
}

function checkExisting(
  target: Process,
  { target: requiredTarget, database, modules }: TopologyChange,
): string[] {
  return [
    ...(requiredTarget === 'new'
      ? [
          `there is already a process "${target.name}": give the new one another name, or move into this one with "pando merge ${modules.join(' ')} --into ${target.name}"`,
        ]
      : []),
    ...(database === undefined || requiredTarget === 'new'
      ? []
      : [
          `"${target.name}" already has a database (${describeDatabase(target)}), which its modules share: leave the database out`,
        ]),
    ...(target.command ? [foreignService(target)] : []),
  ]
}

function checkNew(
  topology: Topology,
  { toProcess, target: requiredTarget, database, port }: TopologyChange,
): string[] {
  const names = topology.processes.map(({ name }) => name)
  if (requiredTarget === 'existing')
    return [
      `there is no process "${toProcess}".${didYouMean(toProcess, names)} The processes are ${names.join(', ')}`,
    ]
  return [
    ...(processName.test(toProcess)
      ? []
      : [
          `"${toProcess}" cannot be the name of a process: begin with a-z, and use at most 31 characters of a-z, 0-9 and -`,
        ]),
    ...checkDatabase(database),
    ...(port === undefined ? [] : checkPort(topology, port)),
  ]
}

function checkPort({ processes }: Topology, port: number): string[] {
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT)
    return [`${port} cannot be a port: give a number from 1 to ${MAX_PORT}`]
  const user = processes.find(
    (each) =>
      each.port === port ||
      (each.internalPort !== 0 && port >= each.internalPort && port < each.internalPort + each.replicas),
  )
  return user ? [`port ${port} is a port of "${user.name}": give another`] : []
}

function checkDatabase(database: TopologyChange['database']): string[] {
  if (database === undefined) return []
  if ('name' in database) {
    if (databaseName.test(database.name)) return []
    return [
      `"${database.name}" cannot be the name of a database: begin with a-z or _, and use at most 63 characters of a-z, 0-9 and _`,
    ]
  }
  const url = URL.parse(database.url)
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return []
  const subject = variableOf(database.from) ?? 'the address of the database'
  return [`${subject} must be of the form postgres://user:password@host:port/database`]
}

/** Finds the groups under `together` whose modules would be in several processes after the change. */
function checkTogether(topology: Topology, moved: readonly string[], toProcess: string): string[] {
  const processNameOf = (module: string) =>
    moved.includes(module) ? toProcess : topology.processOf(module).name
  return topology.together
    .filter((group) => new Set(group.map(processNameOf)).size > 1)
    .map((group) => {
      const shown = group.map((module) => `${module} in "${processNameOf(module)}"`).join(', ')
      return `${group.join(', ')} must share transactions (together), but would be in several processes (${shown}): move all of them, or remove the group from the topology file`
    })
}

function foreignService({ name }: Process): string {
  return `"${name}" is a service in another language (command) whose data Pando cannot move: move the data yourself, and change the topology file`
}

/** The `database` entry of a new process, undefined when it is the default, and the key of that database. */
function databaseOf(
  { toProcess, database, modules }: TopologyChange,
  context: TopologyContext,
): { database: ProcessEntry['database']; key: string } {
  const keyOf = (entry: ProcessEntry['database']) =>
    databaseKey(
      resolveProcess(
        toProcess,
        { modules: [...modules], ...(entry === undefined ? {} : { database: entry }) },
        context,
      ),
    )
  if (database === undefined) return { database: undefined, key: keyOf(undefined) }
  const entry = 'name' in database ? { name: database.name } : { url: database.from }
  const key = keyOf(entry)
  return { database: key === keyOf(undefined) ? undefined : entry, key }
}

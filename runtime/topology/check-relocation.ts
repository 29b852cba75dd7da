import { MAX_PORT } from './limits.ts'
import { didYouMean } from './nearest.ts'
import { resolveProcess, type TopologyContext, variableOf } from './resolve.ts'
import { databaseName, type ProcessEntry, processName } from './schema.ts'
import { databaseKey, describeDatabase, type Process, type Topology } from './topology.ts'

/** A requested relocation: run modules in another process. */
export interface RequestedRelocation {
  /** The modules to move. All must be in the same process. */
  modules: readonly string[]
  /** The target process: one of the topology, or the name of a new one. */
  toProcess: string
  /** Whether `toProcess` must be new (split) or must exist (merge). Default: either. */
  target?: 'new' | 'existing' | undefined
  /**
   * The internal port of a new process. Default: the best of `candidatePorts`; a running shop chooses one that is free.
   */
  port?: number | undefined
  /**
   * The database of a new process: its name on the default server, or its address. Default: a database of its own on
   * the default server. `from` is the value of `url` in the file, an address or `env:NAME`; `url` is always the
   * address, because the shop may not have a variable of the terminal.
   */
  database?: { name: string } | { from: string; url: string } | undefined
}

/** Modules cannot be moved as requested. The message lists all reasons. */
export class RelocationRefused extends Error {
  override readonly name = 'RelocationRefused'
  readonly problems: readonly string[]

  constructor({ modules, toProcess }: RequestedRelocation, problems: readonly string[]) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('')
    super(`Cannot move ${modules.join(', ') || 'modules'} to the process "${toProcess}":${list}`)
    this.problems = problems
  }
}

export interface CheckedRelocation {
  /** Without repetitions. */
  modules: readonly string[]
  source: Process
  /** Undefined when the target process is new. */
  existingTarget: Process | undefined
  /** The `database` entry of a new process in the file; undefined when it is the default. */
  database: ProcessEntry['database']
}

/** Checks a requested relocation. Throws RelocationRefused with every problem at once. */
export function checkRelocation(
  topology: Topology,
  request: RequestedRelocation,
  context: TopologyContext,
): CheckedRelocation {
  const modules = [...new Set(request.modules)]
  const { known } = context
  const isKnown = (name: string) => known.some((module) => module.name === name)
  const existingTarget = topology.processes.find(({ name }) => name === request.toProcess)
  const knownModules = modules.filter(isKnown)
  const sources = [...new Set(knownModules.map((module) => topology.processOf(module)))]
  const { database, key } = databaseOf(request, context)
  const problems = [
    ...(modules.length === 0 ? ['no module is given: name the modules to move'] : []),
    ...modules.filter((name) => !isKnown(name)).map((name) => noModule(name, known)),
    ...knownModules
      .filter((name) => known.some((module) => module.name === name && module.pages))
      .map(
        (name) => `"${name}" serves pages and has no tables: it stays in the process with the public port`,
      ),
    ...checkSources(topology, knownModules, sources, existingTarget),
    ...(existingTarget ? checkExistingTarget(existingTarget, request) : checkNewTarget(topology, request)),
    ...checkTogether(topology, knownModules, request.toProcess),
  ]
  const [source] = sources
  if (!existingTarget && source && sources.length === 1 && source.modules.length === knownModules.length) {
    if (request.database === undefined || key === databaseKey(source))
      problems.push(
        `${knownModules.join(', ')} ${knownModules.length === 1 ? 'is the only module' : 'are all modules'} of "${source.name}", so only the name of the process would change. Leave it as it is, or move ${knownModules.length === 1 ? 'it' : 'them'} to another database`,
      )
  }
  if (problems.length > 0) throw new RelocationRefused(request, problems)
  return { modules, source: source!, existingTarget, database }
}

function noModule(name: string, known: TopologyContext['known']): string {
  const names = known.map((module) => module.name)
  return `"${name}" is not a module.${didYouMean(name, names)} The modules are ${names.join(', ')}`
}

function checkSources(
  topology: Topology,
  modules: readonly string[],
  sources: readonly Process[],
  existingTarget: Process | undefined,
): string[] {
  const shown = modules.map((module) => `${module} in "${topology.processOf(module).name}"`).join(', ')
  const others = sources.filter((process) => process !== existingTarget)
  return [
    ...modules
      .filter((module) => topology.processOf(module) === existingTarget)
      .map((module) => `"${module}" is already in "${existingTarget!.name}": leave it out`),
    ...(others.length > 1
      ? [`the modules are in several processes (${shown}): move the modules of one process at a time`]
      : []),
    ...others.filter(({ command }) => command).map(cannotMoveService),
  ]
}

function checkExistingTarget(
  { name, command, database: ownDatabase }: Process,
  { target, database, modules }: RequestedRelocation,
): string[] {
  return [
    ...(target === 'new'
      ? [
          `there is already a process "${name}": give the new one another name, or move into this one with "pando merge ${modules.join(' ')} --into ${name}"`,
        ]
      : []),
    ...(database === undefined || target === 'new'
      ? []
      : [
          `"${name}" already has a database (${describeDatabase({ database: ownDatabase })}), which its modules share: leave the database out`,
        ]),
    ...(command ? [cannotMoveService({ name })] : []),
  ]
}

function checkNewTarget(
  topology: Topology,
  { toProcess, target, database, port }: RequestedRelocation,
): string[] {
  const names = topology.processes.map(({ name }) => name)
  if (target === 'existing')
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

function checkDatabase(database: RequestedRelocation['database']): string[] {
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

/** Finds the groups under `together` whose modules would be in several processes after the relocation. */
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

function cannotMoveService({ name }: Pick<Process, 'name'>): string {
  return `"${name}" is a service in another language (command) whose data Pando cannot move: move the data yourself, and change the topology file`
}

/** The `database` entry of a new process, undefined when it is the default, and the key of that database. */
function databaseOf(
  { toProcess, database, modules }: RequestedRelocation,
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

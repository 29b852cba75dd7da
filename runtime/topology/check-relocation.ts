import { MAX_PORT } from './max-port.ts'
import { didYouMean } from './nearest.ts'
import { resolveProcess, type Surroundings, variableOf } from './resolve.ts'
import { databaseName, type ProcessEntry, processName } from './schema.ts'
import { databaseKey, describeDatabase, type Process, type Topology } from './topology.ts'

/** Modules that shall run elsewhere. */
export interface TopologyChange {
  modules: readonly string[]
  /** A new process unless the topology has it. */
  toProcess: string
  /** Which of the two it must be; either unless given. */
  target?: 'new' | 'existing' | undefined
  /** The internal port of a new process; one with room for ten replicas unless given. */
  port?: number | undefined
  /** Of a new process; one of its own on the default server unless given. `from` is what the file says. */
  database?: { name: string } | { from: string; url: string } | undefined
}

/** Modules cannot be moved so. The message lists everything that is in the way. */
export class RelocationRefused extends Error {
  override readonly name = 'RelocationRefused'
  readonly problems: readonly string[]

  constructor({ modules, toProcess }: TopologyChange, problems: readonly string[]) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('')
    super(`Cannot move ${modules.join(', ') || 'nothing'} to the process "${toProcess}":${list}`)
    this.problems = problems
  }
}

export interface CheckedChange {
  modules: readonly string[]
  from: Process
  /** Undefined when it is new. */
  target: Process | undefined
  /** Of a new process, as a file has it; undefined when it is the default. */
  database: ProcessEntry['database']
}

/** Checks a change of a topology. Throws RelocationRefused with every problem at once. */
export function checkRelocation(
  topology: Topology,
  change: TopologyChange,
  surroundings: Surroundings,
): CheckedChange {
  const modules = [...new Set(change.modules)]
  const { known } = surroundings
  const isKnown = (name: string) => known.some((module) => module.name === name)
  const target = topology.processes.find(({ name }) => name === change.toProcess)
  const placed = modules.filter(isKnown)
  const sources = [...new Set(placed.map((module) => topology.processOf(module)))]
  const { database, key } = databaseOf(change, surroundings)
  const problems = [
    ...(modules.length === 0 ? ['no module is named: name those to move'] : []),
    ...modules.filter((name) => !isKnown(name)).map((name) => noModule(name, known)),
    ...placed
      .filter((name) => known.some((module) => module.name === name && module.pages))
      .map(
        (name) => `"${name}" serves pages and has no tables: it stays in the process with the public port`,
      ),
    ...checkSources(topology, placed, sources, target),
    ...(target ? checkExisting(target, change) : checkNew(topology, change)),
    ...checkTogether(topology, placed, change.toProcess),
  ]
  const [from] = sources
  if (!target && from && sources.length === 1 && from.modules.length === placed.length) {
    if (change.database === undefined || key === databaseKey(from))
      problems.push(
        `${placed.join(', ')} ${are(placed)} all of "${from.name}", and would keep a process of ${placed.length === 1 ? 'its' : 'their'} own: nothing but a name would change. Leave it as it is, or move ${placed.length === 1 ? 'it' : 'them'} to another database`,
      )
  }
  if (problems.length > 0) throw new RelocationRefused(change, problems)
  return { modules, from: from!, target, database }
}

function noModule(name: string, known: Surroundings['known']): string {
  const names = known.map((module) => module.name)
  return `"${name}" is no module.${didYouMean(name, names)} There are ${names.join(', ')}`
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
      .map((module) => `"${module}" is in "${target!.name}" already: leave it out`),
    ...(others.length > 1
      ? [`the modules are in several processes (${shown}): move those of one process at a time`]
      : []),
    ...others.filter(({ command }) => command).map(ownWay),
  ]
}

function checkExisting(target: Process, { target: wanted, database, modules }: TopologyChange): string[] {
  return [
    ...(wanted === 'new'
      ? [
          `there is a process "${target.name}" already: give the new one another name, or move into this one with "pando merge ${modules.join(' ')} --into ${target.name}"`,
        ]
      : []),
    ...(database === undefined || wanted === 'new'
      ? []
      : [
          `"${target.name}" has a database already (${describeDatabase(target)}), which its modules share: leave the database out`,
        ]),
    ...(target.command ? [ownWay(target)] : []),
  ]
}

function checkNew(
  topology: Topology,
  { toProcess, target: wanted, database, port }: TopologyChange,
): string[] {
  const names = topology.processes.map(({ name }) => name)
  if (wanted === 'existing')
    return [
      `there is no process "${toProcess}".${didYouMean(toProcess, names)} There are ${names.join(', ')}`,
    ]
  return [
    ...(processName.test(toProcess)
      ? []
      : [
          `"${toProcess}" cannot be the name of a process: begin with a-z and use no more than 31 of a-z, 0-9 and -`,
        ]),
    ...checkDatabase(database),
    ...(port === undefined ? [] : checkPort(topology, port)),
  ]
}

function checkPort({ processes }: Topology, port: number): string[] {
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT)
    return [`${port} cannot be a port: give a number from 1 to ${MAX_PORT}`]
  const owner = processes.find(
    (each) =>
      each.port === port ||
      (each.internalPort !== 0 && port >= each.internalPort && port < each.internalPort + each.replicas),
  )
  return owner ? [`port ${port} is one of "${owner.name}": give another`] : []
}

function checkDatabase(database: TopologyChange['database']): string[] {
  if (database === undefined) return []
  if ('name' in database) {
    if (databaseName.test(database.name)) return []
    return [
      `"${database.name}" cannot be the name of a database: begin with a-z or _ and use no more than 63 of a-z, 0-9 and _`,
    ]
  }
  const url = URL.parse(database.url)
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return []
  const what = variableOf(database.from) ?? 'the address of the database'
  return [`${what} must be of the form postgres://user:password@host:port/database`]
}

/** Groups that would be torn; those of one place after the change are fine. */
function checkTogether(topology: Topology, moved: readonly string[], toProcess: string): string[] {
  const placeOf = (module: string) => (moved.includes(module) ? toProcess : topology.processOf(module).name)
  return topology.together
    .filter((group) => new Set(group.map(placeOf)).size > 1)
    .map((group) => {
      const shown = group.map((module) => `${module} in "${placeOf(module)}"`).join(', ')
      return `${group.join(', ')} must share transactions (together), and would be ${shown}: move all of them, or take the group out of the topology file`
    })
}

function ownWay({ name }: Process): string {
  return `"${name}" is a service of its own (command) that keeps its data in its own way: move its data yourself, and change the topology file`
}

/** What a file says of the database of a new process, and how it is told apart from others. */
function databaseOf(
  { toProcess, database, modules }: TopologyChange,
  surroundings: Surroundings,
): { database: ProcessEntry['database']; key: string } {
  const keyOf = (entry: ProcessEntry['database']) =>
    databaseKey(
      resolveProcess(
        toProcess,
        { modules: [...modules], ...(entry === undefined ? {} : { database: entry }) },
        surroundings,
      ),
    )
  if (database === undefined) return { database: undefined, key: keyOf(undefined) }
  const entry = 'name' in database ? { name: database.name } : { url: database.from }
  const key = keyOf(entry)
  return { database: key === keyOf(undefined) ? undefined : entry, key }
}

function are(modules: readonly string[]): string {
  return modules.length === 1 ? 'is' : 'are'
}

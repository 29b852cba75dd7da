import { type TSchema, Type } from 'typebox'
import { createValidator } from '../call/validator.ts'
import type { Path } from './document.ts'
import { MAX_PORT, MAX_REPLICAS } from './limits.ts'
import { didYouMean } from './nearest.ts'
import { ALL_MODULES, type ProcessEntry, processSchema, topologySchema } from './schema.ts'

/** A mistake whose line is not yet known. */
export interface Finding {
  path: Path
  message: string
}

/** The valid members of a process, with its modules as a list. */
export type OutlinedProcess = Partial<Omit<ProcessEntry, 'modules'>> & { modules?: string[] }

/**
 * The well-formed part of a file. Later checks use it, so that they report their mistakes even when others are found.
 */
export interface Outline {
  processes: Record<string, OutlinedProcess>
  bus: 'direct' | 'nats'
  together: string[][]
  /** Whether `together` in the file is one group, not a list of groups. */
  isOneGroup: boolean
  findings: Finding[]
}

const fileValidator = createValidator(
  Type.Object(
    {
      ...topologySchema.properties,
      processes: Type.Record(Type.String(), Type.Unknown(), { minProperties: 1 }),
    },
    { additionalProperties: false },
  ),
)
const processValidator = createValidator(processSchema)

const portRule = `must be a whole number from 1 to ${MAX_PORT}`
const hostRule = 'must be a host name or an IP address, without scheme and port'

/** For messages: what the value of each key must be. */
const expectations: Record<string, string> = {
  processes: 'must map names to processes, at least one: { shop: { modules: […] } }',
  modules: `must be a list of at least one module, or ${ALL_MODULES}`,
  port: portRule,
  internalPort: portRule,
  replicas: `must be a whole number from 1 to ${MAX_REPLICAS}`,
  address: hostRule,
  listen: hostRule,
  database: 'must be { name: … } or { url: … }, one of the two',
  url: 'must be postgres://user:password@host:port/database, or env:NAME to take it from a variable',
  name: 'must begin with a-z or _, and have at most 63 characters of a-z, 0-9 and _',
  command: 'must be a list of strings: the program and its arguments',
  bus: 'must be direct or nats',
  together: 'must be a list of modules, or a list of such lists',
}

/** The keys whose values messages do not show, because they may hold passwords. */
const secretKeys = new Set(['url', 'database', 'command', 'processes'])

/**
 * Checks a parsed file against the schema. Returns the valid members, and a finding for each invalid one. `known` are
 * the names of all modules, for `modules: all`.
 */
export function checkShape(value: unknown, known: readonly string[]): Outline {
  const findings: Finding[] = []
  const file = keepValid(value, [], findings, fileValidator, topologySchema) as {
    processes?: Record<string, unknown>
    bus?: 'direct' | 'nats'
    together?: string[] | string[][]
  }
  const entries: Record<string, Partial<ProcessEntry>> = {}
  for (const [name, entry] of Object.entries(file.processes ?? {})) {
    entries[name] = keepValid(entry, ['processes', name], findings, processValidator, processSchema)
  }
  const together = file.together ?? []
  const flat = together.filter((each) => typeof each === 'string')
  const isOneGroup = flat.length > 0
  return {
    processes: listModules(entries, known, findings),
    bus: file.bus ?? 'direct',
    together: isOneGroup ? [flat] : (together as string[][]),
    isOneGroup,
    findings,
  }
}

/** Replaces `all` by the modules that no process lists. A second `all` is a finding, and gets no modules. */
function listModules(
  entries: Readonly<Record<string, Partial<ProcessEntry>>>,
  known: readonly string[],
  findings: Finding[],
): Outline['processes'] {
  const listed = new Set(
    Object.values(entries).flatMap(({ modules }) => (Array.isArray(modules) ? modules : [])),
  )
  let firstAll: string | undefined
  const processes: Outline['processes'] = {}
  for (const [name, { modules, ...entry }] of Object.entries(entries)) {
    if (modules !== ALL_MODULES) {
      processes[name] = { ...entry, ...(modules === undefined ? {} : { modules: modules as string[] }) }
      continue
    }
    const rest = firstAll === undefined ? known.filter((module) => !listed.has(module)) : []
    if (firstAll !== undefined || rest.length === 0)
      findings.push({
        path: ['processes', name, 'modules'],
        message:
          firstAll === undefined
            ? `is ${ALL_MODULES}, but no module is left, because the other processes list every module: remove this process`
            : `is ${ALL_MODULES}, which only one process can have, and "${firstAll}" has it too: list the modules of one of the two processes`,
      })
    firstAll ??= name
    processes[name] = { ...entry, modules: rest }
  }
  return processes
}

/** Adds the mistakes in an object to `findings`, and returns the object without its invalid members. */
function keepValid(
  value: unknown,
  at: Path,
  findings: Finding[],
  validator: ReturnType<typeof createValidator>,
  schema: TSchema,
): Record<string, unknown> {
  const invalid = new Set<string>()
  const reported = new Set<string>()
  for (const { field } of validator.problems(value)) {
    const path = field
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    invalid.add(path[0] ?? '')
    const finding = toFinding(path, value, schema)
    const location = finding.path.join('/')
    if (reported.has(location)) continue
    reported.add(location)
    findings.push({ path: [...at, ...finding.path], message: finding.message })
  }
  if (invalid.has('')) return {}
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => !invalid.has(key)))
}

/** Describes the mistake in the value at `path` inside of `root`. */
function toFinding(path: string[], root: unknown, schema: TSchema): Finding {
  if (path.length === 0) {
    return {
      path,
      message: `must have ${'modules' in members(schema) ? 'modules: { modules: […] }' : 'processes'}`,
    }
  }
  let value = root
  let allowed = members(schema)
  for (const [index, key] of path.entries()) {
    const parent = value as Record<string, unknown>
    // Report a mistake inside of a list for the whole list: its message shows all of it.
    if (!(key in allowed)) {
      if (Array.isArray(parent)) return expected(path.slice(0, index), parent)
      const known = Object.keys(allowed)
      return {
        path: path.slice(0, index + 1),
        message: `is not a known key here.${didYouMean(key, known)} The keys are ${known.join(', ')}`,
      }
    }
    value = parent[key]
    if (value === undefined)
      return { path: path.slice(0, index + 1), message: `is missing: it ${expectations[key]}` }
    allowed = members(allowed[key]!)
  }
  return expected(path, value)
}

function expected(path: string[], value: unknown): Finding {
  const key = path.at(-1)!
  const shown = secretKeys.has(key) ? '' : `, not ${JSON.stringify(value)}`
  const suggestion = key === 'bus' && typeof value === 'string' ? didYouMean(value, ['direct', 'nats']) : ''
  return { path, message: `${expectations[key]}${shown}${suggestion && `.${suggestion}`}` }
}

function members(schema: TSchema): Record<string, TSchema> {
  return (schema as { properties?: Record<string, TSchema> }).properties ?? {}
}

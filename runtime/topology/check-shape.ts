import { type TSchema, Type } from 'typebox'
import { createValidator } from '../call/validator.ts'
import type { Path } from './document.ts'
import { MAX_PORT } from './max-port.ts'
import { didYouMean } from './nearest.ts'
import { MAX_REPLICAS, type ProcessEntry, processSchema, topologySchema } from './schema.ts'

/** A mistake that does not know its line yet. */
export interface Finding {
  path: Path
  message: string
}

/** What of a file has the right form, so that everything else can be checked in spite of the rest. */
export interface Outline {
  processes: Record<string, Partial<ProcessEntry>>
  bus: 'direct' | 'nats'
  together: string[][]
  /** Whether the file has one group without the list around it. */
  isOneGroup: boolean
  findings: Finding[]
}

const outline = createValidator(
  Type.Object(
    {
      ...topologySchema.properties,
      processes: Type.Record(Type.String(), Type.Unknown(), { minProperties: 1 }),
    },
    { additionalProperties: false },
  ),
)
const process = createValidator(processSchema)

const ports = `must be a whole number from 1 to ${MAX_PORT}`
const host = 'must be a host name or an IP address, without scheme and port'

/** What each key must be, in words. */
const expectations: Record<string, string> = {
  processes: 'must be the processes by name, at least one: { shop: { modules: […] } }',
  modules: 'must be a list of at least one module',
  port: ports,
  internalPort: ports,
  replicas: `must be a whole number from 1 to ${MAX_REPLICAS}`,
  address: host,
  listen: host,
  database: 'must be { name: … } or { url: … }, one of the two',
  url: 'must be postgres://user:password@host:port/database, or env:NAME to take it from a variable',
  name: 'must begin with a-z or _ and have no more than 63 of a-z, 0-9 and _',
  command: 'must be a list of texts: the program and its arguments',
  bus: 'must be direct or nats',
  together: 'must be a list of modules, or a list of such lists',
}

// Their values may hold passwords.
const hidden = new Set(['url', 'database', 'command', 'processes'])

/** Checks the form of everything, and takes over what is well-formed. */
export function checkShape(value: unknown): Outline {
  const findings: Finding[] = []
  const file = keepGood(value, [], findings, outline, topologySchema) as {
    processes?: Record<string, unknown>
    bus?: 'direct' | 'nats'
    together?: string[] | string[][]
  }
  const processes: Outline['processes'] = {}
  for (const [name, entry] of Object.entries(file.processes ?? {})) {
    processes[name] = keepGood(entry, ['processes', name], findings, process, processSchema)
  }
  const together = file.together ?? []
  const flat = together.filter((each) => typeof each === 'string')
  const isOneGroup = flat.length > 0
  return {
    processes,
    bus: file.bus ?? 'direct',
    together: isOneGroup ? [flat] : (together as string[][]),
    isOneGroup,
    findings,
  }
}

/** Reports what is wrong with an object, and answers it without the members that are. */
function keepGood(
  value: unknown,
  at: Path,
  findings: Finding[],
  validator: ReturnType<typeof createValidator>,
  schema: TSchema,
): Record<string, unknown> {
  const bad = new Set<string>()
  const told = new Set<string>()
  for (const { field } of validator.problems(value)) {
    const path = field
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    bad.add(path[0] ?? '')
    const finding = toFinding(path, value, schema)
    const place = finding.path.join('/')
    if (told.has(place)) continue
    told.add(place)
    findings.push({ path: [...at, ...finding.path], message: finding.message })
  }
  if (bad.has('')) return {}
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => !bad.has(key)))
}

/** Words for what is wrong at `path`, which begins at `root`. */
function toFinding(path: string[], root: unknown, schema: TSchema): Finding {
  if (path.length === 0) {
    return {
      path,
      message: `must have ${'modules' in members(schema) ? 'modules: { modules: […] }' : 'processes'}`,
    }
  }
  let value = root
  let members_ = members(schema)
  for (const [index, key] of path.entries()) {
    const parent = value as Record<string, unknown>
    // Below a list, the list is what a person has to look at.
    if (!(key in members_)) {
      if (Array.isArray(parent)) return expected(path.slice(0, index), parent)
      const known = Object.keys(members_)
      return {
        path: path.slice(0, index + 1),
        message: `is not known here.${didYouMean(key, known)} There are ${known.join(', ')}`,
      }
    }
    value = parent[key]
    if (value === undefined)
      return { path: path.slice(0, index + 1), message: `is missing: it ${expectations[key]}` }
    members_ = members(members_[key]!)
  }
  return expected(path, value)
}

function expected(path: string[], value: unknown): Finding {
  const key = path.at(-1)!
  const shown = hidden.has(key) ? '' : `, not ${JSON.stringify(value)}`
  const hint = key === 'bus' && typeof value === 'string' ? `.${didYouMean(value, ['direct', 'nats'])}` : ''
  return { path, message: `${expectations[key]}${shown}${hint.length > 1 ? hint : ''}` }
}

function members(schema: TSchema): Record<string, TSchema> {
  return (schema as { properties?: Record<string, TSchema> }).properties ?? {}
}

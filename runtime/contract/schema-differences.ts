/** The part of JSON Schema that is compared by meaning. Other keywords are compared as text. */
export interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  patternProperties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  [keyword: string]: unknown
}

/**
 * How a schema differs from an older one. `narrower`: it accepts fewer values, `wider`: more, `changed`: different
 * ones, or the comparison cannot decide. The other kinds are about members of objects: `added`, `removed`, and members
 * that became `required` or `optional`.
 */
export interface SchemaDifference {
  kind: 'narrower' | 'wider' | 'changed' | 'added' | 'addedRequired' | 'removed' | 'required' | 'optional'
  /** JSON Pointer into the newer schema, or into the older one when something was removed. */
  at: string
  /** The difference as text for people. */
  what: string
}

/** Keywords that do not change which values fit. */
const ANNOTATIONS = new Set(['title', 'description', 'examples', '$id', '$comment', 'deprecated'])
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const COMPARED = new Set([
  ...['type', 'anyOf', 'items', 'properties', 'required', 'patternProperties'],
  ...['additionalProperties', 'pattern', 'format', ...LOWER_BOUNDS, ...UPPER_BOUNDS],
])

/** Lists how `now` differs from `before`; empty when the same values fit both. */
export function schemaDifferences(before: JsonSchema, now: JsonSchema, at = ''): SchemaDifference[] {
  if (sameSchema(before, now)) return []
  const [values, valuesNow] = [valuesOf(before), valuesOf(now)]
  if (values && valuesNow) return compareValues(values, valuesNow, at)
  if (before.anyOf || now.anyOf) {
    if (isPlainUnion(before) && isPlainUnion(now))
      return compareUnions(branchesOf(before, at), branchesOf(now, at), at)
    return [difference('changed', at, `was ${nameOf(before)}, is ${nameOf(now)}`)]
  }
  if (values || valuesNow) return compareValueWithType(before, now, at)
  if (before.type !== now.type) return [compareTypes(before.type, now.type, at)]
  return [
    ...compareBounds(before, now, at),
    ...comparePatterns(before, now, at),
    ...compareItems(before, now, at),
    ...compareMembers(before, now, at),
    ...compareOtherMembers(before, now, at),
    ...compareOtherKeywords(before, now, at),
  ]
}

/** Whether every value that fits `part` also fits `whole`; false when the comparison cannot decide. */
function includes(whole: JsonSchema, part: JsonSchema): boolean {
  return schemaDifferences(part, whole).every(({ kind }) => kind === 'wider' || kind === 'optional')
}

/** Whether two schemas are the same text, apart from annotations and the order of members. */
export function sameSchema(a: unknown, b: unknown): boolean {
  return normalized(a) === normalized(b)
}

function normalized(schema: unknown): string {
  return JSON.stringify(schema, (key, value: unknown) => {
    // A member of an object may be named like an annotation, but then the value is a schema: a plain object.
    if (ANNOTATIONS.has(key) && (typeof value !== 'object' || Array.isArray(value))) return undefined
    if (key === 'required' && Array.isArray(value)) return [...value].sort()
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
  })
}

/** The values of a schema that lists them: `const`, `enum`, or a union of these; undefined for other schemas. */
function valuesOf(schema: JsonSchema): unknown[] | undefined {
  const limits = Object.keys(schema).filter((keyword) => !isTypeOrAnnotation(keyword))
  if (limits.length !== 1) return undefined
  if ('const' in schema) return [schema.const]
  if (schema.enum) return schema.enum
  const branches = schema.anyOf?.map(valuesOf)
  return branches?.every((each) => each !== undefined) ? branches.flat() : undefined
}

/** Whether a schema is a union without further keywords, or not a union: `branchesOf` then describes it completely. */
function isPlainUnion(schema: JsonSchema): boolean {
  if (!schema.anyOf) return true
  return Object.keys(schema).every((keyword) => keyword === 'anyOf' || ANNOTATIONS.has(keyword))
}

interface Branch {
  schema: JsonSchema
  /** JSON Pointer to it. */
  at: string
}

/** The branches of a union, with those of the unions inside it; a schema that is not a union is its only branch. */
function branchesOf(schema: JsonSchema, at: string): Branch[] {
  return schema.anyOf?.flatMap((each, index) => branchesOf(each, `${at}/anyOf/${index}`)) ?? [{ schema, at }]
}

function compareValues(before: unknown[], now: unknown[], at: string): SchemaDifference[] {
  const without = (values: unknown[], others: unknown[]) =>
    values.filter((value) => !others.some((other) => JSON.stringify(other) === JSON.stringify(value)))
  const list = (values: unknown[]) => values.map((value) => JSON.stringify(value)).join(', ')
  const removed = without(before, now)
  const added = without(now, before)
  return [
    ...(removed.length > 0 ? [difference('narrower', at, `no longer has ${list(removed)}`)] : []),
    ...(added.length > 0 ? [difference('wider', at, `may be ${list(added)} too`)] : []),
  ]
}

/** Compares a schema that lists values with one that has a type. */
function compareValueWithType(before: JsonSchema, now: JsonSchema, at: string): SchemaDifference[] {
  const fits = (schema: JsonSchema, values: unknown[]) =>
    values.every((value) => isOfType(value, schema.type)) && Object.keys(schema).every(isTypeOrAnnotation)
  const [values, valuesNow] = [valuesOf(before), valuesOf(now)]
  if (valuesNow && fits(before, valuesNow))
    return [difference('narrower', at, `was ${nameOf(before)}, is ${nameOf(now)}`)]
  if (values && fits(now, values))
    return [difference('wider', at, `was ${nameOf(before)}, is ${nameOf(now)}`)]
  return [difference('changed', at, `was ${nameOf(before)}, is ${nameOf(now)}`)]
}

function isTypeOrAnnotation(keyword: string): boolean {
  return keyword === 'type' || ANNOTATIONS.has(keyword)
}

function isOfType(value: unknown, type: string | undefined): boolean {
  if (type === undefined) return true
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  return typeof value === type && value !== null && !(type === 'object' && Array.isArray(value))
}

function compareTypes(before: string | undefined, now: string | undefined, at: string): SchemaDifference {
  const what = `was ${before ?? 'anything'}, is ${now ?? 'anything'}`
  if (now === undefined || (before === 'integer' && now === 'number')) return difference('wider', at, what)
  if (before === undefined || (before === 'number' && now === 'integer'))
    return difference('narrower', at, what)
  return difference('changed', at, what)
}

/**
 * Pairs each changed branch with its new version and compares the two. A branch without a partner was removed or added.
 */
function compareUnions(before: Branch[], now: Branch[], at: string): SchemaDifference[] {
  const removed = before.filter(({ schema }) => !now.some((other) => sameSchema(schema, other.schema)))
  const added = now.filter(({ schema }) => !before.some((other) => sameSchema(schema, other.schema)))
  const differences: SchemaDifference[] = []
  for (const branch of [...removed]) {
    const partner = partnerOf(branch, added)
    if (!partner) continue
    removed.splice(removed.indexOf(branch), 1)
    added.splice(added.indexOf(partner), 1)
    differences.push(...schemaDifferences(branch.schema, partner.schema, partner.at))
  }
  for (const { schema } of removed)
    if (!now.some((other) => includes(other.schema, schema)))
      differences.push(difference('narrower', at, `can no longer be ${nameOf(schema)}`))
  for (const { schema } of added)
    if (!before.some((other) => includes(other.schema, schema)))
      differences.push(difference('wider', at, `can be ${nameOf(schema)} too`))
  return differences
}

/** The new version of a changed branch: the candidate of the same type with the most members in common. */
function partnerOf({ schema: branch }: Branch, among: readonly Branch[]): Branch | undefined {
  const candidates = among.filter(
    ({ schema: other }) =>
      other.type === branch.type &&
      !valuesOf(other) &&
      !valuesOf(branch) &&
      sameDiscriminators(branch, other),
  )
  const common = ({ schema: other }: Branch) =>
    Object.keys(other.properties ?? {}).filter((name) => branch.properties?.[name]).length
  return candidates.toSorted((a, b) => common(b) - common(a))[0]
}

/**
 * Whether two object schemas have the same values in their common discriminators: members with one fixed value, which
 * distinguish the branches of a union.
 */
function sameDiscriminators(a: JsonSchema, b: JsonSchema): boolean {
  return Object.entries(a.properties ?? {}).every(([name, member]) => {
    const other = b.properties?.[name]
    return !('const' in member) || !other || !('const' in other) || other.const === member.const
  })
}

function compareBounds(before: JsonSchema, now: JsonSchema, at: string): SchemaDifference[] {
  return [...LOWER_BOUNDS, ...UPPER_BOUNDS].flatMap((keyword) => {
    const [bound, boundNow] = [before[keyword], now[keyword]] as (number | undefined)[]
    const isUpper = UPPER_BOUNDS.includes(keyword)
    // Lengths and numbers of members are never below 0.
    const lowest = ['minimum', 'exclusiveMinimum'].includes(keyword) ? Number.NEGATIVE_INFINITY : 0
    const unbounded = isUpper ? Number.POSITIVE_INFINITY : lowest
    if ((bound ?? unbounded) === (boundNow ?? unbounded)) return []
    const grew = (boundNow ?? unbounded) > (bound ?? unbounded)
    const what = `${keyword} was ${bound ?? 'not set'}, is ${boundNow ?? 'not set'}`
    return [difference(grew === isUpper ? 'wider' : 'narrower', at, what)]
  })
}

/** Compares the patterns and formats of texts. */
function comparePatterns(before: JsonSchema, now: JsonSchema, at: string): SchemaDifference[] {
  return ['pattern', 'format'].flatMap((keyword) => {
    const [pattern, patternNow] = [before[keyword], now[keyword]]
    if (pattern === patternNow) return []
    if (pattern === undefined) return [difference('narrower', at, `has the ${keyword} ${patternNow} now`)]
    if (patternNow === undefined) return [difference('wider', at, `has no ${keyword} any more`)]
    return [difference('changed', at, `${keyword} was ${pattern}, is ${patternNow}`)]
  })
}

function compareItems(before: JsonSchema, now: JsonSchema, at: string): SchemaDifference[] {
  return schemaDifferences(before.items ?? {}, now.items ?? {}, `${at}/items`)
}

function compareMembers(before: JsonSchema, now: JsonSchema, at: string): SchemaDifference[] {
  const [members, membersNow] = [before.properties ?? {}, now.properties ?? {}]
  const [required, requiredNow] = [new Set(before.required), new Set(now.required)]
  const names = [...new Set([...Object.keys(members), ...Object.keys(membersNow)])]
  const removed = names.filter((name) => !Object.hasOwn(membersNow, name))
  return names.flatMap((name): SchemaDifference[] => {
    const pointer = `${at}/properties/${escapePointer(name)}`
    if (!Object.hasOwn(membersNow, name)) {
      const newName = names.find(
        (other) => !Object.hasOwn(members, other) && sameSchema(membersNow[other], members[name]),
      )
      const hint = newName ? `; "${newName}" is new and has the same schema: renamed?` : ''
      return [difference('removed', pointer, `is gone${hint}`)]
    }
    const isRequired = requiredNow.has(name)
    if (!Object.hasOwn(members, name)) {
      const oldName = removed.find((other) => sameSchema(members[other], membersNow[name]))
      const hint = oldName ? `; "${oldName}" had the same schema` : ''
      return isRequired
        ? [difference('addedRequired', pointer, `is new and required${hint}`)]
        : [difference('added', pointer, `is new and optional${hint}`)]
    }
    const differences = schemaDifferences(members[name]!, membersNow[name]!, pointer)
    if (required.has(name) && !isRequired)
      differences.unshift(difference('optional', pointer, 'is optional now'))
    if (!required.has(name) && isRequired)
      differences.unshift(difference('required', pointer, 'is required now'))
    return differences
  })
}

/** Compares members that are not listed by name: those of maps, and those of open objects. */
function compareOtherMembers(before: JsonSchema, now: JsonSchema, at: string): SchemaDifference[] {
  const [patterns, patternsNow] = [before.patternProperties ?? {}, now.patternProperties ?? {}]
  const names = new Set([...Object.keys(patterns), ...Object.keys(patternsNow)])
  const ofPatterns = [...names].flatMap((name) => {
    const [values, valuesNow] = [patterns[name], patternsNow[name]]
    const pointer = `${at}/patternProperties/${escapePointer(name)}`
    if (values && valuesNow) return schemaDifferences(values, valuesNow, pointer)
    return [
      difference(
        'changed',
        pointer,
        `members with names that match ${name} ${values ? 'are gone' : 'are new'}`,
      ),
    ]
  })
  const [others, othersNow] = [before.additionalProperties ?? true, now.additionalProperties ?? true]
  const pointer = `${at}/additionalProperties`
  if (typeof others === 'object' && typeof othersNow === 'object')
    return [...ofPatterns, ...schemaDifferences(others, othersNow, pointer)]
  if (sameSchema(others, othersNow)) return ofPatterns
  return [...ofPatterns, compareOpenness(others, othersNow, pointer)]
}

/** Compares two different values of `additionalProperties` that are not both schemas. */
function compareOpenness(
  before: JsonSchema | boolean,
  now: JsonSchema | boolean,
  at: string,
): SchemaDifference {
  // A receiver ignores members that it does not know, so opening an object is compatible.
  if (before === false) return difference('added', at, 'accepts other members')
  if (now === false) return difference('removed', at, 'no longer accepts other members')
  if (now === true) return difference('wider', at, 'accepts other members with any value')
  return difference('narrower', at, 'accepts other members with fewer values')
}

function compareOtherKeywords(before: JsonSchema, now: JsonSchema, at: string): SchemaDifference[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(now)])
  return [...keywords]
    .filter((keyword) => !COMPARED.has(keyword) && !ANNOTATIONS.has(keyword))
    .filter((keyword) => !sameSchema(before[keyword], now[keyword]))
    .map((keyword) => {
      const show = (value: unknown) => JSON.stringify(value) ?? 'not set'
      return difference('changed', at, `${keyword} was ${show(before[keyword])}, is ${show(now[keyword])}`)
    })
}

function nameOf(schema: JsonSchema): string {
  const values = valuesOf(schema)
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ')
  const members = Object.keys(schema.properties ?? {})
  return members.length > 0 ? `an object { ${members.join(', ')} }` : (schema.type ?? 'anything')
}

function difference(kind: SchemaDifference['kind'], at: string, what: string): SchemaDifference {
  return { kind, at, what }
}

/** Writes a name as a part of a JSON Pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

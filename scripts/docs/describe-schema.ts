/** The part of JSON Schema that the contracts use. */
export interface Schema {
  type?: string
  title?: string
  description?: string
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  const?: unknown
  enum?: unknown[]
  default?: unknown
  anyOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  patternProperties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
}

/** Describes a schema in a short phrase: `string (1 to 255 characters)`, `list of { variantId, quantity }`. */
export function describeSchema(schema: Schema, depth = 0): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  const parts = schema.anyOf ?? schema.allOf
  if (parts) {
    const phrases = parts.map((part) => describeSchema(part, depth))
    return [...new Set(phrases)].join(schema.anyOf ? ' or ' : ' and ')
  }
  if (schema.type === 'array') return describeList(schema, depth)
  if (schema.type === 'object') return describeObject(schema, depth)
  return [schema.type ?? 'anything', describeLimits(schema)].filter(Boolean).join(' ')
}

/** Describes an object by its members, or as a map. */
function describeObject(schema: Schema, depth: number): string {
  const members = Object.entries(schema.properties ?? {})
  if (members.length === 0) {
    const values = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties
    return typeof values === 'object' ? `map of ${describeSchema(values, depth)}` : 'object'
  }
  const required = new Set(schema.required)
  const phrases = members.map(([name, member]) => {
    const mark = required.has(name) ? name : `${name}?`
    const nested = depth < 1 && isNested(member)
    return nested ? `${mark}: ${describeSchema(member, depth + 1)}` : mark
  })
  return `{ ${phrases.join(', ')} }`
}

function isNested(schema: Schema): boolean {
  return schema.type === 'object' || (schema.type === 'array' && schema.items?.type === 'object')
}

function describeList(schema: Schema, depth: number): string {
  const size = range(schema.minItems, schema.maxItems)
  return `list of ${describeSchema(schema.items ?? {}, depth)}${size ? ` (${size} of them)` : ''}`
}

function describeLimits(schema: Schema): string {
  const length = range(schema.minLength, schema.maxLength)
  const size = range(schema.minimum, schema.maximum)
  const phrases = [
    schema.format,
    length && `${length} characters`,
    size,
    schema.pattern && `like \`${schema.pattern}\``,
    schema.default === undefined ? undefined : `default ${JSON.stringify(schema.default)}`,
  ].filter(Boolean)
  return phrases.length > 0 ? `(${phrases.join(', ')})` : ''
}

function range(least: number | undefined, most: number | undefined): string | undefined {
  if (least !== undefined && most !== undefined) return least === most ? `${least}` : `${least} to ${most}`
  if (least !== undefined) return `at least ${least}`
  return most === undefined ? undefined : `at most ${most}`
}

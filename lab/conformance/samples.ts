import { randomBytes } from 'node:crypto'
import type { TSchema } from 'typebox'
import { createValidator } from '#runtime/call/validator.ts'

/** The parts of JSON Schema that contracts use. */
interface Schema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  description?: string
}

const TIME = '2030-06-01T12:00:00.000Z'
const TEXTS = ['a', 'sample', 'EUR', 'DE', 'somebody@shop.example', TIME, 'https://shop.example/', '1']

/** Makes a value that a schema accepts: required members only, ids new each time. Throws where it cannot. */
export function sampleOf(schema: TSchema): unknown {
  return make(schema as Schema, '')
}

function make(schema: Schema, at: string): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return make(schema.anyOf[0]!, at)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, make(schema.properties![name]!, `${at}/${name}`)]),
      )
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => make(schema.items!, `${at}/0`))
    case 'string':
      return makeText(schema, at)
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? 1)
    case 'boolean':
      return true
    default:
      return null
  }
}

function makeText(schema: Schema, at: string): string {
  const prefix = /^\^([a-z]+|\[a-z\]\{3\})_/.exec(schema.pattern ?? '')?.[1]
  const id = prefix && `${prefix.startsWith('[') ? 'abc' : prefix}_${randomBytes(13).toString('hex')}`
  const time = schema.description?.startsWith('RFC 3339') ? [TIME] : []
  const candidates = [...(id ? [id] : []), ...time, ...TEXTS, 'a'.repeat(schema.minLength ?? 1)]
  const { accepts } = createValidator(schema as TSchema)
  const found = candidates.find(accepts)
  if (found !== undefined) return found
  throw new Error(
    `Cannot make a sample of ${at}, which must match ${schema.pattern}: give an example in the module's conformance.ts`,
  )
}

/** Inputs that the schema of an object refuses, each with the field that is wrong. */
export function wrongSamples(
  schema: TSchema,
  good: unknown,
): { what: string; input: unknown; field: string }[] {
  const { required = [], properties = {} } = schema as Schema
  const right = good as Record<string, unknown>
  const wrong: { what: string; input: unknown; field: string }[] = []
  const { accepts } = createValidator(schema)
  for (const name of required) {
    const { [name]: _, ...rest } = right
    wrong.push({ what: `without ${name}`, input: rest, field: `/${name}` })
  }
  for (const name of Object.keys(properties)) {
    // One of them is wrong for any schema.
    const value = [{ unexpected: {} }, 'no such value', -1.5].find(
      (each) => !accepts({ ...right, [name]: each }),
    )
    if (value !== undefined)
      wrong.push({ what: `with a wrong ${name}`, input: { ...right, [name]: value }, field: `/${name}` })
  }
  return wrong
}

/** The same input with a member that no contract has, in every object whose members are named. */
export function withUnknownMembers(schema: TSchema, input: unknown): unknown {
  return widen(schema as Schema, input)
}

function widen(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value) && schema.items) return value.map((item) => widen(schema.items!, item))
  if (value === null || typeof value !== 'object' || !schema.properties) return value
  const members = Object.entries(value).map(([name, member]) => {
    const part = schema.properties![name]
    return [name, part ? widen(part, member) : member]
  })
  return { ...Object.fromEntries(members), memberOfALaterVersion: 1 }
}

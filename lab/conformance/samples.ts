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
const TEXTS = ['a', 'sample', 'EUR', 'DE', 'customer@shop.example', TIME, 'https://shop.example/', '1']

/** Creates a value that a schema accepts, with required members only and new ids. Throws when it cannot find one. */
export function sampleOf(schema: TSchema): unknown {
  return createValue(schema as Schema, '')
}

function createValue(schema: Schema, path: string): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return createValue(schema.anyOf[0]!, path)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [
          name,
          createValue(schema.properties![name]!, `${path}/${name}`),
        ]),
      )
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => createValue(schema.items!, `${path}/0`))
    case 'string':
      return createText(schema, path)
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? Number.POSITIVE_INFINITY)
    case 'boolean':
      return true
    default:
      return null
  }
}

function createText(schema: Schema, path: string): string {
  const prefix = /^\^([a-z]+|\[a-z\]\{3\})_/.exec(schema.pattern ?? '')?.[1]
  const id = prefix && `${prefix.startsWith('[') ? 'abc' : prefix}_${randomBytes(13).toString('hex')}`
  const time = schema.description?.startsWith('RFC 3339') ? [TIME] : []
  const candidates = [...(id ? [id] : []), ...time, ...TEXTS, 'a'.repeat(schema.minLength ?? 1)]
  const { accepts } = createValidator(schema as TSchema)
  const found = candidates.find(accepts)
  if (found !== undefined) return found
  throw new Error(
    `Cannot create a sample of ${path}, which must match ${schema.pattern}: give an example in the module's conformance.ts`,
  )
}

/** Whether the schema of an object refuses any object. One without members accepts all of them. */
export function refusesObjects(schema: TSchema): boolean {
  return invalidSamples(schema, {}).length > 0
}

/** Creates inputs that the schema of an object refuses, each with the JSON Pointer of its invalid field. */
export function invalidSamples(schema: TSchema, valid: unknown): { input: unknown; field: string }[] {
  const { required = [], properties = {} } = schema as Schema
  const validInput = valid as Record<string, unknown>
  const invalid: { input: unknown; field: string }[] = []
  const { accepts, withoutUnknown } = createValidator(schema)
  for (const name of required) {
    const { [name]: _, ...rest } = validInput
    invalid.push({ input: rest, field: `/${name}` })
  }
  for (const name of Object.keys(properties)) {
    // Every schema refuses at least one of these, unless it accepts anything. A call drops unknown members first, so an
    // object whose members are all optional accepts any object.
    const value = [{ unexpected: {} }, 'no such value', -1.5].find(
      (each) => !accepts(withoutUnknown({ ...validInput, [name]: each })),
    )
    if (value !== undefined) invalid.push({ input: { ...validInput, [name]: value }, field: `/${name}` })
  }
  return invalid
}

/** Adds an unknown member to the input and to each nested object whose schema lists its members. */
export function withUnknownMembers(schema: TSchema, input: unknown): unknown {
  return addUnknownMember(schema as Schema, input)
}

function addUnknownMember(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value) && schema.items) return value.map((item) => addUnknownMember(schema.items!, item))
  if (value === null || typeof value !== 'object' || !schema.properties) return value
  const members = Object.entries(value).map(([name, member]) => {
    const part = schema.properties![name]
    return [name, part ? addUnknownMember(part, member) : member]
  })
  return { ...Object.fromEntries(members), memberOfALaterVersion: 1 }
}

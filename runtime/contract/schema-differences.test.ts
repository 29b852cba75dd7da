import fc from 'fast-check'
import { type TSchema, Type } from 'typebox'
import { expect, test } from 'vitest'
import { createValidator } from '../call/validator.ts'
import { type JsonSchema, type SchemaDifference, schemaDifferences } from './schema-differences.ts'
import { differencesInSchema } from './schema-rules.ts'

/**
 * Schemas of the kinds that contracts use. Their limits have few values, so that two schemas often differ in one thing.
 */
const schemas: fc.Arbitrary<JsonSchema> = fc.letrec<{ schema: JsonSchema; leaf: JsonSchema }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ type: fc.constantFrom('boolean', 'number', 'null') }),
    fc.record(
      {
        type: fc.constant('integer'),
        minimum: fc.integer({ min: 0, max: 2 }),
        maximum: fc.integer({ min: 2, max: 4 }),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constant('string'),
        maxLength: fc.integer({ min: 1, max: 2 }),
        minLength: fc.integer({ min: 0, max: 1 }),
        pattern: fc.constant('^a'),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ type: fc.constant('string'), const: fc.constantFrom('a', 'b') }),
  ),
  schema: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    tie('leaf'),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record(
      {
        type: fc.constant('array'),
        items: tie('schema'),
        maxItems: fc.integer({ min: 0, max: 2 }),
      },
      { requiredKeys: ['type', 'items'] },
    ),
    fc
      .tuple(fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')), fc.subarray(['a', 'b']))
      .map(([properties, required]) => ({
        type: 'object',
        properties,
        required: required.filter((name) => name in properties),
        additionalProperties: false,
      })),
  ),
})).schema

/** Values of the schema's types. They are near its limits, so that not all fit. */
function valuesFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valuesFor))
  if ('const' in schema) return fc.constant(schema.const)
  switch (schema.type) {
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'number':
      return fc.constantFrom(-1, 0, 0.5, 1, 3)
    case 'integer':
      return fc.integer({ min: -1, max: 5 })
    case 'string':
      return fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aaa')
    case 'array':
      return fc.array(valuesFor(schema.items!), { maxLength: 3 })
    default: {
      const members = Object.entries(schema.properties!).map(([name, member]) => [name, valuesFor(member)])
      const optional = Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>
      return fc
        .record(optional, { requiredKeys: [] })
        .chain((some) =>
          fc.record(pick(optional, schema.required!)).map((required) => ({ ...some, ...required })),
        )
    }
  }
}

function pick<Value>(record: Record<string, Value>, names: string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))
}

const validatorOf = (schema: JsonSchema) => createValidator(toType(schema))

/** Builds the schema as contracts build theirs: `withoutUnknown` relies on the symbols of the schema library. */
function toType(schema: JsonSchema): TSchema {
  if (schema.anyOf) return Type.Union(schema.anyOf.map(toType))
  const { items, properties, required, type, ...limits } = schema
  if (items) return Type.Array(toType(items), limits)
  if (!properties) return { ...schema } as TSchema
  const members = Object.entries(properties).map(([name, member]) => {
    const memberType = toType(member)
    return [name, required!.includes(name) ? memberType : Type.Optional(memberType)]
  })
  return Type.Object(Object.fromEntries(members), { additionalProperties: false })
}

interface Changed {
  before: JsonSchema
  now: JsonSchema
  /** Fits `before`. */
  value: unknown
}

/** A schema, a changed one, which is often similar, and a value that fits the first. */
const changes: fc.Arbitrary<Changed> = fc
  .tuple(schemas, schemas, fc.constantFrom('other', 'merged', 'union'))
  .map(([before, other, how]) => {
    const mergeable = before.type === other.type && !before.anyOf && !other.anyOf
    if (how === 'merged' && mergeable) return { before, now: { ...before, ...other } }
    return { before, now: how === 'union' ? { anyOf: [before, other] } : other }
  })
  .chain(({ before, now }) => valuesFor(before).map((value) => ({ before, now, value })))
  .filter(({ before, value }) => validatorOf(before).accepts(value))

const REFUSED_BY_NOW = new Set<SchemaDifference['kind']>(['narrower', 'changed', 'addedRequired', 'required'])
const REFUSED_BY_BEFORE = new Set<SchemaDifference['kind']>(['wider', 'changed', 'optional', 'removed'])

function isAcceptedBy(schema: JsonSchema, value: unknown): boolean {
  const validator = validatorOf(schema)
  return validator.accepts(value) || validator.accepts(validator.withoutUnknown(value))
}

test('when nothing got narrower, every value accepted before is accepted now', () => {
  let compared = 0
  fc.assert(
    fc.property(changes, ({ before, now, value }: Changed) => {
      const kinds = schemaDifferences(before, now).map(({ kind }) => kind)
      if (kinds.some((kind) => REFUSED_BY_NOW.has(kind) || kind === 'removed')) return
      compared++
      expect(isAcceptedBy(now, value)).toBe(true)
    }),
    { numRuns: 3000 },
  )
  expect(compared).toBeGreaterThan(300)
})

test('when nothing got wider, every value sent now was accepted before', () => {
  let compared = 0
  fc.assert(
    // Swapped: here the value must fit the new schema.
    fc.property(changes, ({ before: now, now: before, value }: Changed) => {
      const kinds = schemaDifferences(before, now).map(({ kind }) => kind)
      if (kinds.some((kind) => REFUSED_BY_BEFORE.has(kind))) return
      compared++
      expect(isAcceptedBy(before, value)).toBe(true)
    }),
    { numRuns: 3000 },
  )
  expect(compared).toBeGreaterThan(300)
})

test('a schema does not differ from itself', () => {
  fc.assert(
    fc.property(schemas, (schema) => {
      expect(schemaDifferences(schema, structuredClone(schema))).toEqual([])
    }),
  )
})

test('a difference in a branch of a nested union has the pointer of this branch', () => {
  const union = (maxLength: number) => ({
    anyOf: [{ type: 'null' }, { anyOf: [{ type: 'integer' }, { type: 'string', maxLength }] }],
  })
  expect(schemaDifferences(union(2), union(1), '/output')).toMatchObject([
    { kind: 'narrower', at: '/output/anyOf/1/anyOf/1' },
  ])
})

test.each<[before: JsonSchema | boolean, now: JsonSchema | boolean, kind: SchemaDifference['kind']]>([
  [false, true, 'added'],
  [false, { type: 'string' }, 'added'],
  [true, { type: 'string' }, 'narrower'],
  [{ type: 'string' }, true, 'wider'],
  [{ type: 'string' }, false, 'removed'],
  [true, false, 'removed'],
])('additionalProperties that change from %j to %j are %s', (before, now, kind) => {
  const open = (additionalProperties: JsonSchema | boolean) => ({ type: 'object', additionalProperties })
  expect(schemaDifferences(open(before), open(now))).toMatchObject([{ kind, at: '/additionalProperties' }])
})

test('a new optional member is compatible in inputs, outputs and payloads', () => {
  const uses = [
    { direction: 'input', subject: 'a.b', sender: 'callers', receiver: 'implementers' },
    { direction: 'output', subject: 'a.b', sender: 'implementers', receiver: 'callers' },
    { direction: 'output', subject: 'a.b', sender: 'emitters', receiver: 'consumers' },
  ] as const
  let changed = 0
  fc.assert(
    fc.property(schemas, schemas, fc.constantFrom(...uses), (schema, member, use) => {
      const now = withNewMember(schema, member)
      if (JSON.stringify(now) !== JSON.stringify(schema)) changed++
      const steps = differencesInSchema(schema, now, '', use).map(({ step }) => step)
      expect(steps).not.toContain('major')
    }),
    { numRuns: 1000 },
  )
  expect(changed).toBeGreaterThan(100)
})

/** The schema with the optional member `fresh` in each of its objects. */
function withNewMember(schema: JsonSchema, member: JsonSchema): JsonSchema {
  if (schema.anyOf) return { anyOf: schema.anyOf.map((branch) => withNewMember(branch, member)) }
  if (schema.items) return { ...schema, items: withNewMember(schema.items, member) }
  if (schema.type !== 'object') return schema
  const members = Object.entries(schema.properties!).map(([name, each]) => [
    name,
    withNewMember(each, member),
  ])
  return { ...schema, properties: { ...Object.fromEntries(members), fresh: member } }
}

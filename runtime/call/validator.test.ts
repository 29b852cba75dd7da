import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { Strict } from '#shared/object.ts'
import { createValidator } from './validator.ts'

const order = createValidator(
  Strict({
    email: Type.String({ pattern: '^[^@]+@[^@]+$' }),
    lines: Type.Array(Strict({ quantity: Type.Integer({ minimum: 1 }) })),
    note: Type.Optional(Type.Union([Type.Literal('gift'), Type.Null()])),
  }),
)
const good = { email: 'a@b', lines: [{ quantity: 1 }] }

it('accepts valid values', () => {
  expect(order.accepts(good)).toBe(true)
  expect(order.problems(good)).toEqual([])
})

it('reports all missing, unknown and wrong members at once', () => {
  const wrong = { lines: [{ quantity: 0 }, { quantity: 'two', colour: 'red' }], unknownMember: 1 }
  expect(order.accepts(wrong)).toBe(false)
  const fields = order.problems(wrong).map(({ field }) => field)
  expect(fields.sort()).toEqual([
    '/email',
    '/lines/0/quantity',
    '/lines/1/colour',
    '/lines/1/quantity',
    '/unknownMember',
  ])
})

it('has messages for people, without regular expressions and schemas', () => {
  const messages = order.problems({ ...good, email: 'nobody', unknownMember: 1 })
  expect(messages).toEqual(
    expect.arrayContaining([
      { field: '/email', message: 'does not have the expected format' },
      { field: '/unknownMember', message: 'is unknown: remove it' },
    ]),
  )
  expect(order.problems({ lines: [] })).toEqual([{ field: '/email', message: 'is missing' }])
})

it('lists the allowed values and types of a union', () => {
  expect(order.problems({ ...good, note: 'other' })).toEqual([
    { field: '/note', message: 'must be one of "gift", null' },
  ])
  const nullable = createValidator(Strict({ limit: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]) }))
  expect(nullable.problems({ limit: 'many' })).toEqual([
    { field: '/limit', message: 'must be one of integer, null' },
  ])
  expect(nullable.problems({ limit: 0 })).toEqual([{ field: '/limit', message: 'must be >= 1' }])
})

it('escapes names in a JSON Pointer', () => {
  const fields = order.problems({ ...good, 'a/b~c': 1 }).map(({ field }) => field)
  expect(fields).toEqual(['/a~1b~0c'])
})

it('reports members with the names of inherited ones as unknown', () => {
  const value = JSON.parse('{"email":"a@b","lines":[],"__proto__":{"note":"gift"},"constructor":1}')
  expect(
    order
      .problems(value)
      .map(({ field }) => field)
      .sort(),
  ).toEqual(['/__proto__', '/constructor'])
})

it('reports 20 problems at most', () => {
  const lines = Array.from({ length: 100 }, () => ({ quantity: 0 }))
  expect(order.problems({ ...good, lines })).toHaveLength(20)
})

it('removes unknown members at any depth, and changes nothing else', () => {
  const value = {
    ...good,
    lines: [{ quantity: 1, colour: 'red' }],
    gift: null,
    newer: { deep: true },
  }
  const nested = createValidator(
    Strict({
      email: Type.String(),
      lines: Type.Array(Strict({ quantity: Type.Integer() })),
      gift: Type.Union([Strict({ text: Type.String() }), Type.Null()]),
      tags: Type.Optional(Type.Record(Type.String(), Strict({ id: Type.Integer() }))),
    }),
  )
  expect(nested.withoutUnknown(value)).toEqual({ ...good, gift: null })
  expect(value.newer).toEqual({ deep: true })
  const gift = { ...value, gift: { text: 'hi', paper: 'red' }, tags: { a: { id: 1, b: 2 } } }
  expect(nested.withoutUnknown(gift)).toEqual({ ...good, gift: { text: 'hi' }, tags: { a: { id: 1 } } })
  // A known member with a wrong value stays wrong.
  expect(nested.accepts(nested.withoutUnknown({ ...value, email: 7 }))).toBe(false)
})

it('names the only allowed value of a literal', () => {
  const versioned = createValidator(Strict({ version: Type.Literal(2) }))
  expect(versioned.problems({ version: 1 })).toEqual([{ field: '/version', message: 'must be 2' }])
})

it('lists the allowed values of a union of literals', () => {
  const sorted = createValidator(
    Strict({ sort: Type.Union([Type.Literal('newest'), Type.Literal('title')]) }),
  )
  expect(sorted.problems({ sort: 'best' })).toEqual([
    { field: '/sort', message: 'must be one of "newest", "title"' },
  ])
})

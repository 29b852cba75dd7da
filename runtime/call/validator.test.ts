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

it('accepts what fits', () => {
  expect(order.accepts(good)).toBe(true)
  expect(order.problems(good)).toEqual([])
})

it('names what is missing, unknown and of the wrong kind, all at once', () => {
  const wrong = { lines: [{ quantity: 0 }, { quantity: 'two', colour: 'red' }], unheardOf: 1 }
  expect(order.accepts(wrong)).toBe(false)
  const fields = order.problems(wrong).map(({ field }) => field)
  expect(fields.sort()).toEqual([
    '/email',
    '/lines/0/quantity',
    '/lines/1/colour',
    '/lines/1/quantity',
    '/unheardOf',
  ])
})

it('speaks to people, not of regular expressions or schemas', () => {
  const messages = order.problems({ ...good, email: 'nobody', unheardOf: 1 })
  expect(messages).toEqual(
    expect.arrayContaining([
      { field: '/email', message: 'is not in the form that is expected here' },
      { field: '/unheardOf', message: 'is not known here: remove it' },
    ]),
  )
  expect(order.problems({ lines: [] })).toEqual([{ field: '/email', message: 'is missing' }])
})

it('names the member of which no branch of a union fits', () => {
  expect(order.problems({ ...good, note: 'other' }).map(({ field }) => field)).toEqual(['/note'])
})

it('escapes what a JSON Pointer must escape', () => {
  const fields = order.problems({ ...good, 'a/b~c': 1 }).map(({ field }) => field)
  expect(fields).toEqual(['/a~1b~0c'])
})

it('knows members that every object inherits as unknown', () => {
  const value = JSON.parse('{"email":"a@b","lines":[],"__proto__":{"note":"gift"},"constructor":1}')
  expect(
    order
      .problems(value)
      .map(({ field }) => field)
      .sort(),
  ).toEqual(['/__proto__', '/constructor'])
})

it('tells 20 problems at most', () => {
  const lines = Array.from({ length: 100 }, () => ({ quantity: 0 }))
  expect(order.problems({ ...good, lines })).toHaveLength(20)
})

it('leaves out what it does not know, at any depth, and changes nothing else', () => {
  const value = {
    ...good,
    lines: [{ quantity: 1, colour: 'red' }],
    gift: null,
    newer: { deep: true },
  }
  const nested = createValidator(
    Strict({
      ...{ email: Type.String(), lines: Type.Array(Strict({ quantity: Type.Integer() })) },
      gift: Type.Union([Strict({ text: Type.String() }), Type.Null()]),
      tags: Type.Optional(Type.Record(Type.String(), Strict({ id: Type.Integer() }))),
    }),
  )
  expect(nested.withoutUnknown(value)).toEqual({ ...good, gift: null })
  expect(value.newer).toEqual({ deep: true })
  const gift = { ...value, gift: { text: 'hi', paper: 'red' }, tags: { a: { id: 1, b: 2 } } }
  expect(nested.withoutUnknown(gift)).toEqual({ ...good, gift: { text: 'hi' }, tags: { a: { id: 1 } } })
  // What it knows and is wrong stays wrong.
  expect(nested.accepts(nested.withoutUnknown({ ...value, email: 7 }))).toBe(false)
})

it('names the values that it takes where there are few', () => {
  const sorted = createValidator(
    Strict({ sort: Type.Union([Type.Literal('newest'), Type.Literal('title')]) }),
  )
  expect(sorted.problems({ sort: 'best' })).toEqual([
    { field: '/sort', message: 'must be one of "newest", "title"' },
  ])
})

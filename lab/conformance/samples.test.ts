import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { invalidSamples, refusesObjects, sampleOf } from './samples.ts'

test.each([
  [Type.Integer(), 1],
  [Type.Integer({ minimum: 10 }), 10],
  [Type.Integer({ maximum: 0 }), 0],
  [Type.Integer({ minimum: 10, maximum: 20 }), 10],
])('sampleOf() creates a number within the limits of %j', (schema, sample) => {
  expect(sampleOf(schema)).toBe(sample)
})

test.each([
  [Type.Object({}), false],
  [Type.Object({ anything: Type.Optional(Type.Unknown()) }), false],
  [Type.Object({ anything: Type.Unknown() }), true],
  [Type.Object({ size: Type.Optional(Type.Integer()) }), true],
])('refusesObjects() of %j is %s', (schema, expected) => {
  expect(refusesObjects(schema)).toBe(expected)
})

test('invalidSamples() gives no object to a member whose own members are all optional, since calls drop unknown members', () => {
  const conditions = Type.Object(
    { minAmount: Type.Optional(Type.Integer()) },
    { additionalProperties: false },
  )
  const schema = Type.Object({ conditions }, { additionalProperties: false })
  expect(invalidSamples(schema, { conditions: {} })).toEqual([
    { input: {}, field: '/conditions' },
    { input: { conditions: 'no such value' }, field: '/conditions' },
  ])
})

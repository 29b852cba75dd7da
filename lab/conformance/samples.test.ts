import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { refusesObjects, sampleOf } from './samples.ts'

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

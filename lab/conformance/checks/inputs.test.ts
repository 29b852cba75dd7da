import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { contract, query } from '#runtime/contract/contract.ts'
import { Subject } from '../subject.ts'
import { Wire } from '../wire.ts'
import { inputChecks } from './inputs.ts'

const Nothing = Type.Object({}, { additionalProperties: false })
const Size = Type.Object({ size: Type.Integer() }, { additionalProperties: false })

const boxes = contract('boxes', {
  version: '1.0.0',
  summary: 'For tests of checks',
  methods: {
    countAll: query({ summary: 'Counts.', input: Nothing, output: Size, access: 'internal' }),
    count: query({ summary: 'Counts.', input: Size, output: Size, access: 'internal' }),
  },
})

test('inputChecks() has no check of invalid inputs for a method that refuses no object', () => {
  const names = inputChecks(new Subject(boxes, undefined, new Wire('http://127.0.0.1:1', 'a secret'))).map(
    ({ name }) => name,
  )
  expect(names).toContain('count refuses invalid inputs, and names the invalid fields')
  expect(names).not.toContain('countAll refuses invalid inputs, and names the invalid fields')
  expect(names).toContain('countAll refuses bodies that are not a JSON object')
})

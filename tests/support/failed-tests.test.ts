import { expect, test } from 'vitest'
import type { SerializedError, TestModule } from 'vitest/node'
import { describeFailed } from './failed-tests.ts'

interface Outcome {
  fullName: string
  state: 'passed' | 'failed'
  errors?: SerializedError[]
}

function module(tests: Outcome[], fileErrors: SerializedError[] = []): TestModule {
  const allTests = () =>
    tests.map(({ fullName, state, errors }) => ({ fullName, result: () => ({ state, errors }) }))
  return {
    relativeModuleId: 'a.test.ts',
    errors: () => fileErrors,
    children: { allTests },
  } as unknown as TestModule
}

test('describeFailed() is empty for a run without failures', () => {
  expect(describeFailed([module([{ fullName: 'works', state: 'passed' }])], [])).toBe('')
})

test('describeFailed() names each failed test, with its errors and their causes', () => {
  const cause = { message: 'expected 1 to be 2', diff: '\u001B[32m- 2\u001B[39m\n+ 1' }
  const errors = [{ message: 'Seed 3 failed', cause }]
  const tests: Outcome[] = [
    { fullName: 'works', state: 'passed' },
    { fullName: 'shop > adds up', state: 'failed', errors },
  ]
  expect(describeFailed([module(tests)], [])).toBe(
    [
      '=== failed',
      '  a.test.ts > shop > adds up',
      '    Seed 3 failed',
      '    caused by:',
      '    expected 1 to be 2',
      '    - 2',
      '    + 1',
    ].join('\n'),
  )
})

test('describeFailed() names a file that cannot be loaded, and errors outside the tests', () => {
  expect(describeFailed([module([], [{ message: 'no such file' }])], [{ message: 'late' }])).toBe(
    [
      '=== failed',
      ...['  a.test.ts', '    no such file', '  outside the tests', '    late'],
      '=== first failure of each file',
      ...['  a.test.ts', '    no such file', '  outside the tests', '    late'],
    ].join('\n'),
  )
})

test('describeFailed() ends with 4 lines of the first failure of each file, if several tests failed', () => {
  const tests = ['first', 'second', 'third'].map(
    (fullName): Outcome => ({
      fullName,
      state: 'failed',
      errors: [{ message: 'one\ntwo\nthree\nfour\nfive' }],
    }),
  )
  const text = describeFailed([module(tests)], [])
  expect(text.slice(text.indexOf('=== first failure')).split('\n')).toEqual([
    '=== first failure of each file',
    '  a.test.ts > first',
    ...['    one', '    two', '    three', '    four', '    … 1 more line'],
    '    and 2 more failures in this file',
  ])
})

test('describeFailed() shows the first 25 lines of a message of 40 lines', () => {
  const message = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
  const lines = describeFailed([], [{ message }]).split('\n')
  expect(lines.at(2)).toBe('    line 0')
  expect(lines.at(-1)).toBe('    … 15 more lines')
})

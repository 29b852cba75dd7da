import { expect, test } from 'vitest'
import type { TestModule } from 'vitest/node'
import { describeRun } from './closing-line.ts'

function module(fileState: 'passed' | 'failed', ...testStates: string[]): TestModule {
  const tests = testStates.map((state) => ({ result: () => ({ state }) }))
  return { state: () => fileState, children: { allTests: () => tests } } as unknown as TestModule
}

test('describeRun() counts the tests of all files', () => {
  const modules = [module('passed', 'passed', 'skipped'), module('failed', 'passed', 'failed')]
  expect(describeRun(modules, 0, 'failed')).toBe('2 passed, 1 failed, 1 skipped')
})

test('describeRun() counts a file that could not be loaded as one failure', () => {
  expect(describeRun([module('failed')], 0, 'failed')).toBe('0 passed, 1 failed, 0 skipped')
})

test('describeRun() counts errors outside tests as failures', () => {
  expect(describeRun([module('passed', 'passed')], 2, 'failed')).toBe('1 passed, 2 failed, 0 skipped')
})

test('describeRun() counts a failure for a run that was interrupted', () => {
  expect(describeRun([module('passed', 'passed')], 0, 'interrupted')).toBe('1 passed, 1 failed, 0 skipped')
})

test('describeRun() counts a test that never ran as failed', () => {
  expect(describeRun([module('passed', 'passed', 'pending')], 0, 'passed')).toBe(
    '1 passed, 1 failed, 0 skipped',
  )
})

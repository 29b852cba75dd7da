import { expect, test } from 'vitest'
import type { TestModule } from 'vitest/node'
import { describeSlowest } from './slowest-files.ts'

function module(file: string, milliseconds: number): TestModule {
  const diagnostic = {
    environmentSetupDuration: 0,
    prepareDuration: 10,
    setupDuration: 0,
    collectDuration: 90,
    duration: milliseconds - 100,
  }
  return {
    relativeModuleId: file,
    project: { name: 'pando' },
    diagnostic: () => diagnostic,
  } as unknown as TestModule
}

test('describeSlowest() lists ten of 12 files with all of their time, the slowest first', () => {
  const files = Array.from({ length: 12 }, (_, i) => module(`${i}.test.ts`, 1000 * (i + 1)))
  const lines = describeSlowest(files).split('\n')
  expect(lines).toHaveLength(11)
  expect(lines[0]).toBe('=== slowest of 12 files, which took 78 s')
  expect(lines[1]).toBe('   12.0 s  11.test.ts (pando)')
  expect(lines[10]).toBe('    3.0 s  2.test.ts (pando)')
})

test('describeSlowest() is empty for a run of one file', () => {
  expect(describeSlowest([module('a.test.ts', 500)])).toBe('')
})

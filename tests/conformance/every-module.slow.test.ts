import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeResult } from '#lab/conformance/report.ts'
import { runConformance } from '#lab/conformance/run.ts'
import { listModules, loadContracts } from '#runtime/process/modules.ts'
import { type Implementation, openModules, SECRET } from './implementations.ts'

describe('the checks that follow from a contract alone', () => {
  let all: Implementation
  beforeAll(async () => {
    all = await openModules(listModules())
  })
  afterAll(() => all.stop())

  it.each(listModules())('pass for %s', { timeout: 120_000 }, async (name) => {
    const contract = (await loadContracts()).find((each) => each.name === name)!
    const results = await runConformance({ contract, origin: all.origin, secret: SECRET })
    expect(results.filter((result) => !result.ok).map(describeResult)).toEqual([])
  })
})

import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node'
import { describeFailed } from './failed-tests.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/**
 * Prints the one line that people and pipelines look for, as the very last of the run: `N passed, N failed, N skipped`;
 * before it, what failed, as the end of a long run may be all that is at hand of it.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const lines = [
      describeFailed(modules, unhandledErrors),
      describeRun(modules, unhandledErrors.length, reason),
    ]
    const text = lines.filter((line) => line !== '').join('\n')
    // Other reporters and the teardown still have something to say; nothing comes after the exit of the process.
    process.once('exit', () => process.stdout.write(`${text}\n`))
  }
}

/** `N passed, N failed, N skipped`. Whatever makes a run fail counts as failed, though no test by itself did. */
export function describeRun(
  modules: readonly TestModule[],
  unhandledErrors: number,
  reason: TestRunEndReason,
): string {
  const counts: Counts = { passed: 0, failed: unhandledErrors, skipped: 0 }
  for (const module of modules) countModule(module, counts)
  if (reason !== 'passed' && counts.failed === 0) counts.failed = 1
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
}

function countModule(module: TestModule, counts: Counts): void {
  let failed = 0
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    if (state === 'passed') counts.passed++
    else if (state === 'skipped') counts.skipped++
    else failed++
  }
  // A file that cannot be loaded, or whose hooks throw, has no failed test.
  counts.failed += failed === 0 && module.state() === 'failed' ? 1 : failed
}

import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node'
import { describeFailed } from './failed-tests.ts'
import { describeSlowest } from './slowest-files.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/**
 * Prints `N passed, N failed, N skipped` as the last line of the run, for people and pipelines. Before it come the
 * slowest files and the failed tests, which are repeated because logs of long runs are often cut to their end.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const lines = [
      describeSlowest(modules),
      describeFailed(modules, unhandledErrors),
      describeRun(modules, unhandledErrors.length, reason),
    ]
    const text = lines.filter((line) => line !== '').join('\n')
    // Other reporters and the teardown print later, so wait for the exit of the process
    process.once('exit', () => process.stdout.write(`${text}\n`))
  }
}

/** `N passed, N failed, N skipped`. A run that failed without a failed test counts as one failure. */
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
  // A file that cannot be loaded, or whose hooks throw, has no failed test
  counts.failed += failed === 0 && module.state() === 'failed' ? 1 : failed
}

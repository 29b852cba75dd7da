import { countOf } from '#shared/text.ts'
import type { CheckResult } from './run.ts'

/** Describes the result of a check. After a failure adds what was expected and received, and a command to repeat it. */
export function describeResult({ name, ok, expected, received, curl }: CheckResult): string {
  if (ok) return `ok      ${name}`
  return [
    `not ok  ${name}`,
    `        expected  ${expected}`,
    `        received  ${received}`,
    ...(curl ? [`        try it    ${curl}`] : []),
  ].join('\n')
}

/** Describes the result of a run in one line. */
export function describeRun(module: string, origin: string, results: readonly CheckResult[]): string {
  const failed = results.filter((result) => !result.ok).length
  const seconds = (results.reduce((sum, result) => sum + result.ms, 0) / 1000).toFixed(1)
  return failed === 0
    ? `${origin} conforms to the contract of ${module}: ${countOf(results.length, 'check')} in ${seconds} s`
    : `${origin} does not conform to the contract of ${module}: ${failed} of ${countOf(results.length, 'check')} failed`
}

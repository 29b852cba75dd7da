import { countOf } from '#shared/text.ts'
import type { CheckResult } from './run.ts'

/** One check in words: a line, and for what failed what was expected, what came, and how to see it. */
export function describeResult({ name, ok, expected, came, curl }: CheckResult): string {
  if (ok) return `ok      ${name}`
  return [
    `not ok  ${name}`,
    `        expected  ${expected}`,
    `        came      ${came}`,
    ...(curl ? [`        see it    ${curl}`] : []),
  ].join('\n')
}

/** The last line of a run. */
export function describeRun(module: string, origin: string, results: readonly CheckResult[]): string {
  const failed = results.filter((result) => !result.ok).length
  const seconds = (results.reduce((sum, result) => sum + result.ms, 0) / 1000).toFixed(1)
  return failed === 0
    ? `${origin} conforms to the contract of ${module}: ${countOf(results.length, 'check')} in ${seconds} s`
    : `${origin} does not conform to the contract of ${module}: ${failed} of ${countOf(results.length, 'check')} failed`
}

import { stripVTControlCharacters } from 'node:util'
import type { SerializedError, TestModule } from 'vitest/node'

const LINES_PER_FAILURE = 25
const LINES_PER_FIRST_FAILURE = 4
const LINE_WIDTH = 300

interface Failure {
  /** File and test. */
  where: string
  lines: string[]
}

/**
 * Describes the failed tests for a reader who sees only the end of a run: each with the first lines of its errors and
 * their causes, then the first failure of each file in fewer lines, as it may have caused the others. Empty if none failed.
 */
export function describeFailed(
  modules: readonly TestModule[],
  unhandledErrors: readonly SerializedError[],
): string {
  const groups = [
    ...modules.map(failuresIn),
    unhandledErrors.map((error) => toFailure('outside the tests', [error])),
  ].filter((failures) => failures.length > 0)
  const all = groups.flat()
  if (all.length === 0) return ''
  const long = ['=== failed', ...all.map((failure) => describe(failure, LINES_PER_FAILURE))]
  if (all.length === 1) return long.join('\n')
  return [
    ...long,
    '=== first failure of each file',
    ...groups.map(([first, ...more]) => {
      const text = describe(first!, LINES_PER_FIRST_FAILURE)
      return more.length === 0 ? text : `${text}\n    and ${count(more.length, 'more failure')} in this file`
    }),
  ].join('\n')
}

function failuresIn(module: TestModule): Failure[] {
  const tests = [...module.children.allTests()].flatMap((test) => {
    const { state, errors = [] } = test.result()
    return state === 'failed' ? [toFailure(`${module.relativeModuleId} > ${test.fullName}`, errors)] : []
  })
  const errors = module.errors()
  return errors.length === 0 ? tests : [...tests, toFailure(module.relativeModuleId, errors)]
}

function toFailure(where: string, errors: readonly SerializedError[]): Failure {
  return { where, lines: errors.flatMap(linesOf) }
}

function describe({ where, lines }: Failure, maxLines: number): string {
  const shown = lines.slice(0, maxLines).map((line) => `    ${line.slice(0, LINE_WIDTH)}`)
  const left = lines.length - shown.length
  return [`  ${where}`, ...shown, ...(left > 0 ? [`    … ${count(left, 'more line')}`] : [])].join('\n')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

function linesOf({ message, diff, cause }: SerializedError): string[] {
  const text = diff ? `${message}\n${diff}` : message
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
  return cause ? [...lines, 'caused by:', ...linesOf(cause)] : lines
}

import { stripVTControlCharacters } from 'node:util'
import type { SerializedError, TestModule } from 'vitest/node'

const LINES_PER_FAILURE = 25
const LINE_WIDTH = 300

/**
 * The tests that failed, each with the first lines of what was wrong and of its causes: for a reader who sees no more of
 * a run than its end. Empty when none failed.
 */
export function describeFailed(
  modules: readonly TestModule[],
  unhandledErrors: readonly SerializedError[],
): string {
  const failures = [
    ...modules.flatMap(failuresIn),
    ...unhandledErrors.map((error) => failure('outside of the tests', [error])),
  ]
  return failures.length === 0 ? '' : ['=== failed', ...failures].join('\n')
}

function failuresIn(module: TestModule): string[] {
  const tests = [...module.children.allTests()].flatMap((test) => {
    const { state, errors = [] } = test.result()
    return state === 'failed' ? [failure(`${module.relativeModuleId} > ${test.fullName}`, errors)] : []
  })
  const errors = module.errors()
  return errors.length === 0 ? tests : [...tests, failure(module.relativeModuleId, errors)]
}

function failure(where: string, errors: readonly SerializedError[]): string {
  const lines = errors.flatMap(linesOf)
  const shown = lines.slice(0, LINES_PER_FAILURE).map((line) => `    ${line.slice(0, LINE_WIDTH)}`)
  const left = lines.length - shown.length
  return [`  ${where}`, ...shown, ...(left > 0 ? [`    … ${left} more lines`] : [])].join('\n')
}

function linesOf({ message, diff, cause }: SerializedError): string[] {
  const own = diff ? `${message}\n${diff}` : message
  const lines = stripVTControlCharacters(own)
    .split('\n')
    .filter((line) => line.trim() !== '')
  return cause ? [...lines, 'caused by:', ...linesOf(cause)] : lines
}

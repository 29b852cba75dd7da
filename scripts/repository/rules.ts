import { Glossary } from './glossary.ts'

/** Files by their path from the project's root. */
export type Files = ReadonlyMap<string, string>

export interface Problem {
  file: string
  /** Counted from 1; undefined when the problem concerns the whole file. */
  line?: number
  message: string
}

const SOURCE_LINES = 400
const TEST_LINES = 600
/** This pattern and the next two are built from parts, so that they do not match this file. */
const REGISTRY = new RegExp(
  `"resolved"|registry\\.[\\w-]+\\.\\w+|npm\\.pkg\\.github\\.com|\\/-\\/[\\w.@-]+\\.${'tgz'}`,
)
const MACHINE_PATH = new RegExp(`(?<![\\w.-])/(?:${['work', 'root', 'Users'].join('|')})/[\\w.-]`)
const UNFINISHED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`)
const FOCUSED =
  /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|todo)\b|\b(?:fit|fdescribe|xit|xtest|xdescribe)\s*\(/
const SKIPPED = /\b(?:test|it|describe|suite)(?:\.\w+)*\.(skip|skipIf|runIf)\b|\bskip\(\s*\)/
/** A title that says why the test may be skipped. */
const REASON = /(['"`])(?:(?!\1).)*\b(?:only|needs|without)\b(?:(?!\1).)*\1/

/** Files that the repository must have. */
const REQUIRED = [
  'LICENSE',
  'CHANGELOG.md',
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'STYLE.md',
  'package-lock.json',
]

/** Checks what no compiler does: the lock file, paths of one machine, tests that do not run, long files, the glossary. */
export function checkRepository(files: Files): Problem[] {
  return [
    ...REQUIRED.filter((file) => !files.get(file)?.trim()).map((file) => ({
      file,
      message: 'It is missing or empty. Every repository should have it: write it',
    })),
    ...[...files].flatMap(([file, text]) => checkFile(file, text)),
    ...checkWords(files),
  ]
}

/** Not checked: the glossary itself, third-party texts, and what never changes once it is released: migrations, contracts. */
const WITHOUT_GLOSSARY =
  /^(?:STYLE\.md|LICENSE|package-lock\.json)$|^modules\/[\w-]+\/migrations\/|^docs\/contracts\//

function checkWords(files: Files): Problem[] {
  const glossary = new Glossary(files.get('STYLE.md') ?? '')
  return [...files]
    .filter(([file]) => !WITHOUT_GLOSSARY.test(file))
    .flatMap(([file, text]) =>
      text.split('\n').flatMap((line, index) => {
        const message = glossary.problemOf(line)
        return message ? [{ file, line: index + 1, message }] : []
      }),
    )
}

function checkFile(file: string, text: string): Problem[] {
  const lines = text.split('\n')
  const problems: Problem[] = []
  const isCode = /\.(?:ts|js|mjs)$/.test(file)
  const isTest = file.endsWith('.test.ts')
  const maxLines = isTest ? TEST_LINES : SOURCE_LINES
  if (isCode && lines.length - 1 > maxLines)
    problems.push({
      file,
      message: `It has ${lines.length - 1} lines, more than ${maxLines}. Split it by content`,
    })
  for (const [index, line] of lines.entries()) {
    const message = problemOfLine(file, line, isTest ? lines.slice(index, index + 3).join('\n') : undefined)
    if (message) problems.push({ file, line: index + 1, message })
  }
  return problems
}

/** `testStart`: in a test file, this line and the next two, which have the title of a test that starts here. */
function problemOfLine(file: string, line: string, testStart: string | undefined): string | undefined {
  if (file === 'package-lock.json')
    return REGISTRY.test(line)
      ? `It names the registry of a package: ${line.trim()}. Others may install from another registry. Remove it; "omit-lockfile-registry-resolved" in .npmrc prevents it`
      : undefined
  if (MACHINE_PATH.test(line))
    return `It names a path of one machine: "${MACHINE_PATH.exec(line)?.[0]}…". Make it relative to the project, or take it from the environment`
  if (UNFINISHED.test(line))
    return `It says "${UNFINISHED.exec(line)?.[0]}". Do the work now, or describe what does not work yet`
  if (testStart === undefined) return undefined
  if (FOCUSED.test(line))
    return `It uses ${FOCUSED.exec(line)?.[0]}, so other tests do not run, or this one never does. Remove it`
  if (SKIPPED.test(line) && !REASON.test(testStart))
    return 'It may skip a test without a reason. Name the requirement in the title, such as "(on Linux only)", for readers of the report'
  return undefined
}

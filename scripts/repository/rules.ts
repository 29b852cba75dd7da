import { Glossary } from './glossary.ts'

/** Files by their path from the project's root. */
export type Files = ReadonlyMap<string, string>

export interface Problem {
  file: string
  /** From 1; undefined when it is about the whole file. */
  line?: number
  message: string
}

const SOURCE_LINES = 400
const TEST_LINES = 600
/** Built from parts, so that these rules do not find themselves. */
const REGISTRY = new RegExp(
  `"resolved"|registry\\.[\\w-]+\\.\\w+|npm\\.pkg\\.github\\.com|\\/-\\/[\\w.@-]+\\.${'tgz'}`,
)
const MACHINE_PATH = new RegExp(`(?<![\\w.-])/(?:${['work', 'root', 'Users'].join('|')})/[\\w.-]`)
const UNFINISHED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`)
const FOCUSED =
  /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|todo)\b|\b(?:fit|fdescribe|xit|xtest|xdescribe)\s*\(/
const SKIPPED = /\b(?:test|it|describe|suite)(?:\.\w+)*\.(skip|skipIf|runIf)\b|\bskip\(\s*\)/
const REASON = /(['"`])(?:(?!\1).)*\b(?:only|needs|without)\b(?:(?!\1).)*\1/

/** What must be in the repository. */
const REQUIRED = [
  'LICENSE',
  'CHANGELOG.md',
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'STYLE.md',
  'package-lock.json',
]

/** Judges what no compiler sees: the lock file, paths of one machine, tests that do not run, files that grew too long. */
export function checkRepository(files: Files): Problem[] {
  return [
    ...REQUIRED.filter((file) => !files.get(file)?.trim()).map((file) => ({
      file,
      message: 'It is missing or empty. A stranger expects it: write it',
    })),
    ...[...files].flatMap(([file, text]) => checkFile(file, text)),
    ...checkWords(files),
  ]
}

/** The glossary itself, texts of others, and migrations, which must not change once they are released. */
const OTHER_WORDS = /^(?:STYLE\.md|LICENSE|package-lock\.json)$|^modules\/[\w-]+\/migrations\//
/** Folders and files that do not keep to the glossary yet; each goes when it does. */
const NOT_YET = [
  'modules/catalog/',
  'examples/',
  'lab/',
  'scripts/',
  'tests/',
  'bench/',
  'docs/api/',
  'docs/contracts/',
  'docs/modules.md',
  'runtime/events/',
  'runtime/http/',
  'runtime/supervisor/',
  'runtime/workflow/',
]

function checkWords(files: Files): Problem[] {
  const glossary = new Glossary(files.get('STYLE.md') ?? '')
  return [...files]
    .filter(([file]) => !OTHER_WORDS.test(file) && !NOT_YET.some((folder) => file.startsWith(folder)))
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
  const most = isTest ? TEST_LINES : SOURCE_LINES
  if (isCode && lines.length - 1 > most)
    problems.push({
      file,
      message: `It has ${lines.length - 1} lines, more than ${most}. Split it by what it holds`,
    })
  for (const [index, line] of lines.entries()) {
    const message = problemOfLine(file, line, isTest ? lines.slice(index, index + 3).join('\n') : undefined)
    if (message) problems.push({ file, line: index + 1, message })
  }
  return problems
}

function problemOfLine(file: string, line: string, testBegins: string | undefined): string | undefined {
  if (file === 'package-lock.json')
    return REGISTRY.test(line)
      ? `It names where a package came from: ${line.trim()}. Others install from elsewhere. Take it out; "omit-lockfile-registry-resolved" in .npmrc keeps it out`
      : undefined
  if (MACHINE_PATH.test(line))
    return `It names a path of one machine: "${MACHINE_PATH.exec(line)?.[0]}…". Make it relative to the project, or take it from the environment`
  if (UNFINISHED.test(line))
    return `It says "${UNFINISHED.exec(line)?.[0]}". Do it now, or say in words what does not work`
  if (testBegins === undefined) return undefined
  if (FOCUSED.test(line))
    return `It runs ${FOCUSED.exec(line)?.[0]}, so other tests do not run, or this one never does. Take it out`
  if (SKIPPED.test(line) && !REASON.test(testBegins))
    return 'It may skip a test without saying why. Say in its title what it needs, such as "(on Linux only)", for the reader of the report'
  return undefined
}

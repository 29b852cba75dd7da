import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkRepository } from './repository/rules.ts'

/** These tests contain examples of violations. */
const EXCLUDED = 'tests/repository/'
const TEXT = /\.(?:ts|js|mjs|json|css|md|sql|yaml|yml)$|^(?:LICENSE|\.npmrc|\.ci\/run)$/

const root = fileURLToPath(new URL('..', import.meta.url))
const listed = execFileSync(
  'git',
  ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  },
)
const files = new Map(
  listed
    .split('\0')
    .filter((path) => TEXT.test(path) && !path.startsWith(EXCLUDED) && existsSync(join(root, path)))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
)

const problems = checkRepository(files)
for (const { file, line, message } of problems)
  console.error(`${file}${line ? `:${line}` : ''}\n  ${message}\n`)
if (problems.length > 0) process.exitCode = 1
else console.log(`No problems in ${files.size} files`)

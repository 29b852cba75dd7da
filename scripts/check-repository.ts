import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listFiles } from './repository/list-files.ts'
import { checkRepository } from './repository/rules.ts'

/** These tests contain examples of violations. */
const EXCLUDED = 'tests/repository/'
const TEXT = /\.(?:ts|js|mjs|json|css|md|sql|yaml|yml)$|^(?:LICENSE|\.npmrc|\.ci\/run)$/

const root = fileURLToPath(new URL('..', import.meta.url))
const files = new Map(
  listFiles(root)
    .filter((path) => TEXT.test(path) && !path.startsWith(EXCLUDED))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
)

const problems = checkRepository(files)
for (const { file, line, message } of problems)
  console.error(`${file}${line ? `:${line}` : ''}\n  ${message}\n`)
if (problems.length > 0) process.exitCode = 1
else console.log(`No problems in ${files.size} files`)

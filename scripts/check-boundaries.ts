import { fileURLToPath } from 'node:url'
import { checkBoundaries } from './boundaries/check.ts'
import { readFiles } from './boundaries/tree.ts'

const files = readFiles(fileURLToPath(new URL('..', import.meta.url)))
const violations = checkBoundaries(files)
for (const { file, line, message } of violations) console.error(`${file}:${line}\n  ${message}\n`)
if (violations.length > 0) {
  console.error(
    `${violations.length} ${violations.length === 1 ? 'boundary is' : 'boundaries are'} violated. ARCHITECTURE.md explains the boundaries`,
  )
  process.exitCode = 1
} else {
  console.log(`No boundary is violated in ${files.size} files`)
}

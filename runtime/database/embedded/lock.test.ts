import { copyFile, cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { layoutOf } from './layout.ts'
import { acquireLock } from './lock.ts'
import { startOf } from './processes.ts'
import { emptyDirectory, start, stoppedDatabase } from './testing.ts'

test('acquireLock() refuses what this very process has locked, until it is released', async () => {
  const layout = layoutOf(await emptyDirectory())
  const lock = await acquireLock(layout)
  await expect(acquireLock(layout)).rejects.toThrow(`process ${process.pid} has it open`)
  await lock.release()
  await lock.release()
  const next = await acquireLock(layout)
  await next.release()
})

test('acquireLock() refuses what a living process has locked, even without the help of the kernel', async () => {
  const layout = layoutOf(await emptyDirectory())
  await writeFile(layout.lock, `${process.ppid} ${await startOf(process.ppid)}\n`)
  await expect(acquireLock(layout)).rejects.toThrow(`process ${process.ppid} has it open`)
})

test.runIf(process.platform === 'linux')(
  'acquireLock() refuses what a process has locked that it cannot see (on Linux only)',
  async () => {
    const layout = layoutOf(await emptyDirectory())
    const lock = await acquireLock(layout)
    onTestFinished(lock.release)
    // In another container the owner's id means nobody, or somebody else
    await writeFile(layout.lock, '')
    await expect(acquireLock(layout)).rejects.toThrow('another process has it open')
  },
)

test('acquireLock() is not misled by a process that has the id of a dead one', async () => {
  const layout = layoutOf(await emptyDirectory())
  await writeFile(layout.lock, `${process.ppid} 1\n`)
  const lock = await acquireLock(layout)
  onTestFinished(lock.release)
  expect(await readFile(layout.lock, 'utf8')).toContain(`${process.pid} ${await startOf(process.pid)}\n`)
})

test('acquireLock() takes over a file that says nothing of use', async () => {
  const layout = layoutOf(await emptyDirectory())
  await writeFile(layout.lock, 'half a li')
  const lock = await acquireLock(layout)
  onTestFinished(lock.release)
  expect(await readFile(layout.lock, 'utf8')).toMatch(/^\d+ /)
})

test('a copy of a folder whose database is open can be opened beside it', async () => {
  const original = await start(await stoppedDatabase())
  const directory = join(await emptyDirectory(), 'copy')
  await cp(join(original.dataDirectory, '..'), directory, { recursive: true })
  const copy = await start(directory)
  expect(copy.dataDirectory).toBe(join(directory, 'cluster'))
  await expect(acquireLock(layoutOf(directory))).rejects.toThrow(`process ${process.pid} has it open`)
})

test('a copy of a folder that leads to data elsewhere cannot, because it leads to the same data', async () => {
  const [original, copy] = [layoutOf(await emptyDirectory()), layoutOf(await emptyDirectory())]
  const lock = await acquireLock(original)
  onTestFinished(lock.release)
  await copyFile(original.lock, copy.lock)
  await symlink('/somewhere/cluster', copy.cluster)
  await expect(acquireLock(copy)).rejects.toThrow(`process ${process.pid} has it open`)
})

import { copyFile, cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { layoutOf } from './layout.ts'
import { acquireLock } from './lock.ts'
import { startTimeOf } from './processes.ts'
import { emptyDirectory, removePrepared, start, stoppedDatabase } from './testing.ts'

afterAll(removePrepared)

test('acquireLock() refuses a second lock of the same process, until the first is released', async () => {
  const layout = layoutOf(await emptyDirectory())
  const lock = await acquireLock(layout)
  await expect(acquireLock(layout)).rejects.toThrow(`process ${process.pid} has it open`)
  await lock.release()
  await lock.release()
  const next = await acquireLock(layout)
  await next.release()
})

test('acquireLock() refuses a database whose lock file names a running process, even without the lock in the kernel', async () => {
  const layout = layoutOf(await emptyDirectory())
  await writeFile(layout.lock, `${process.ppid} ${await startTimeOf(process.ppid)}\n`)
  await expect(acquireLock(layout)).rejects.toThrow(`process ${process.ppid} has it open`)
})

test.runIf(process.platform === 'linux')(
  'acquireLock() refuses a database that a process in another container has locked (on Linux only)',
  async () => {
    const layout = layoutOf(await emptyDirectory())
    const lock = await acquireLock(layout)
    onTestFinished(lock.release)
    // The ids in the file mean nothing in another container. An empty file stands for that: only the lock that the
    // kernel holds can refuse this process
    await writeFile(layout.lock, '')
    await expect(acquireLock(layout)).rejects.toThrow('another process has it open')
  },
)

test('acquireLock() takes over the lock of a dead process whose id now belongs to another process', async () => {
  const layout = layoutOf(await emptyDirectory())
  await writeFile(layout.lock, `${process.ppid} 1\n`)
  const lock = await acquireLock(layout)
  onTestFinished(lock.release)
  expect(await readFile(layout.lock, 'utf8')).toContain(`${process.pid} ${await startTimeOf(process.pid)}\n`)
})

test('acquireLock() takes over a lock file with unreadable contents', async () => {
  const layout = layoutOf(await emptyDirectory())
  await writeFile(layout.lock, 'half a li')
  const lock = await acquireLock(layout)
  onTestFinished(lock.release)
  expect(await readFile(layout.lock, 'utf8')).toMatch(/^\d+ /)
})

test('a copy of the folder of an open database can be opened while the original is open', async () => {
  const original = await start(await stoppedDatabase())
  const directory = join(await emptyDirectory(), 'copy')
  await cp(join(original.dataDirectory, '..'), directory, { recursive: true })
  const copy = await start(directory)
  expect(copy.dataDirectory).toBe(join(directory, 'cluster'))
  await expect(acquireLock(layoutOf(directory))).rejects.toThrow(`process ${process.pid} has it open`)
})

test('a copied folder whose data directory is a symbolic link cannot be opened, because it shares the data of the original', async () => {
  const [original, copy] = [layoutOf(await emptyDirectory()), layoutOf(await emptyDirectory())]
  const lock = await acquireLock(original)
  onTestFinished(lock.release)
  await copyFile(original.lock, copy.lock)
  await symlink('/somewhere/cluster', copy.cluster)
  await expect(acquireLock(copy)).rejects.toThrow(`process ${process.pid} has it open`)
})

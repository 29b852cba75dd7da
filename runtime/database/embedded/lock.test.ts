import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { acquireLock } from './lock.ts'
import { startOf } from './processes.ts'
import { emptyDirectory } from './testing.ts'

test('acquireLock() refuses what this very process has locked, until it is released', async () => {
  const path = join(await emptyDirectory(), 'lock')
  const lock = await acquireLock(path)
  await expect(acquireLock(path)).rejects.toThrow(`process ${process.pid} has it open`)
  await lock.release()
  await lock.release()
  const next = await acquireLock(path)
  await next.release()
})

test('acquireLock() refuses what a living process has locked, even without the help of the kernel', async () => {
  const path = join(await emptyDirectory(), 'lock')
  await writeFile(path, `${process.ppid} ${await startOf(process.ppid)}\n`)
  await expect(acquireLock(path)).rejects.toThrow(`process ${process.ppid} has it open`)
})

test.runIf(process.platform === 'linux')(
  'acquireLock() refuses what a process has locked that it cannot see (on Linux only)',
  async () => {
    const path = join(await emptyDirectory(), 'lock')
    const lock = await acquireLock(path)
    onTestFinished(lock.release)
    // In another container the owner's id means nobody, or somebody else
    await writeFile(path, '')
    await expect(acquireLock(path)).rejects.toThrow('another process has it open')
  },
)

test('acquireLock() is not misled by a process that has the id of a dead one', async () => {
  const path = join(await emptyDirectory(), 'lock')
  await writeFile(path, `${process.ppid} 1\n`)
  const lock = await acquireLock(path)
  onTestFinished(lock.release)
  expect(await readFile(path, 'utf8')).toBe(`${process.pid} ${await startOf(process.pid)}\n`)
})

test('acquireLock() takes over a file that says nothing of use', async () => {
  const path = join(await emptyDirectory(), 'lock')
  await writeFile(path, 'half a li')
  const lock = await acquireLock(path)
  onTestFinished(lock.release)
  expect(await readFile(path, 'utf8')).toMatch(/^\d+ /)
})

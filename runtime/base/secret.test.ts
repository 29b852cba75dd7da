import type { FileHandle } from 'node:fs/promises'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'
import { readOrMakeSecret } from './secret.ts'

const disk = vi.hoisted(() => ({ isFull: false }))

/** A full disk still creates files, but stores no content. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  return {
    ...real,
    async writeFile(...args: Parameters<typeof real.writeFile>) {
      if (!disk.isFull) return real.writeFile(...args)
      await real.writeFile(args[0], '', args[2])
      throw full()
    },
    async open(...args: Parameters<typeof real.open>): Promise<FileHandle> {
      const file = await real.open(...args)
      if (disk.isFull) file.writeFile = () => Promise.reject(full())
      return file
    },
  }
})

let folder: string
beforeEach(async () => {
  folder = await makeDataDirectory()
})
afterEach(async () => {
  disk.isFull = false
  await removeDataDirectory(folder)
})

it('makes one secret, even when several processes start at the same time', async () => {
  const made = await Promise.all([1, 2, 3].map(() => readOrMakeSecret(folder)))
  expect(new Set(made.map(({ secret }) => secret)).size).toBe(1)
  expect(made.filter(({ isNew }) => isNew)).toHaveLength(1)
  expect(await readOrMakeSecret(folder)).toEqual({ ...made[0], isNew: false })
  expect(await readdir(folder)).toEqual(['secret'])
})

it('on a full disk throws an error with the path, and leaves no empty secret', async () => {
  disk.isFull = true
  await expect(readOrMakeSecret(folder)).rejects.toMatchObject({
    code: 'ENOSPC',
    path: join(folder, 'secret'),
  })
  expect(await readdir(folder)).toEqual([])
  disk.isFull = false
  expect((await readOrMakeSecret(folder)).isNew).toBe(true)
})

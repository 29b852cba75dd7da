import { chmod, mkdtemp, realpath, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Instance } from './instance.ts'
import { makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts'

let dataDirectory: string
const instance = () => ({ dataDirectory, identity: { prefix: [] } }) as unknown as Instance

beforeEach(async () => {
  dataDirectory = await realpath(await mkdtemp(join(tmpdir(), 'pando-data-')))
})
afterEach(async () => {
  await removeSocketDirectory(instance())
  await rm(dataDirectory, { recursive: true })
})

it('makeSocketDirectory() closes the directory to other users, even when it was open before', async () => {
  const directory = (await makeSocketDirectory(instance()))!
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  await chmod(directory, 0o777)
  expect(await makeSocketDirectory(instance())).toBe(directory)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
})

it('makeSocketDirectory() follows no symbolic link, which another user may have made', async () => {
  const directory = (await makeSocketDirectory(instance()))!
  await removeSocketDirectory(instance())
  await symlink(dataDirectory, directory)
  try {
    expect(await makeSocketDirectory(instance())).toBeUndefined()
  } finally {
    await rm(directory)
  }
})

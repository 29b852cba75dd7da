import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'

it('a build that is interrupted by Ctrl-C leaves no files', async () => {
  const folder = await makeDataDirectory()
  onTestFinished(() => removeDataDirectory(folder))
  const args = ['build', '--process', 'payments', '--topology', 'hybrid', '--out', join(folder, 'payments')]
  const child = spawn(process.execPath, ['cli/pando.mjs', ...args], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  })
  const closed = once(child, 'close')
  await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(1), {
    interval: 5,
    timeout: 20_000,
  })
  child.kill('SIGINT')
  await closed
  expect(child.exitCode).toBe(130)
  expect(await readdir(folder)).toEqual([])
})

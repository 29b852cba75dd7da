import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { openControl } from '#runtime/supervisor/control.ts'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'

it.each([
  ['deploy', 'payments'],
  ['scale', 'payments', '2'],
  ['split', 'payments'],
])('Ctrl-C in %s prints that the shop continues', async (...args) => {
  const PANDO_DATA = await makeDataDirectory()
  onTestFinished(() => removeDataDirectory(PANDO_DATA))
  const PANDO_SECRET = 's'.repeat(32)
  const requested = Promise.withResolvers<void>()
  const neverEnd = () => {
    requested.resolve()
    return new Promise<never>(() => {})
  }
  const control = await openControl(PANDO_DATA, PANDO_SECRET, {
    deploy: neverEnd,
    scale: neverEnd,
    relocate: neverEnd,
  })
  onTestFinished(() => control.close())
  const child = spawn(process.execPath, ['cli/pando.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PANDO_DATA, PANDO_SECRET },
  })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  await requested.promise
  child.kill('SIGINT')
  await once(child, 'close')
  expect(output).toMatch(
    /^\nThis continues in the shop\. "npx pando (status|migration status --watch)" shows/,
  )
  expect(child.exitCode).toBe(130)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { openControl } from '#runtime/supervisor/control.ts'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'

it.each([
  ['deploy', 'payments'],
  ['scale', 'payments', '2'],
  ['split', 'payments'],
])('Ctrl-C in %s says that the shop goes on with it', async (...args) => {
  const PANDO_DATA = await makeDataDirectory()
  onTestFinished(() => removeDataDirectory(PANDO_DATA))
  const PANDO_SECRET = 's'.repeat(32)
  const asked = Promise.withResolvers<void>()
  const forever = () => {
    asked.resolve()
    return new Promise<never>(() => {})
  }
  const control = await openControl(PANDO_DATA, PANDO_SECRET, {
    deploy: forever,
    scale: forever,
    relocate: forever,
  })
  onTestFinished(() => control.close())
  const child = spawn(process.execPath, ['cli/pando.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PANDO_DATA, PANDO_SECRET },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
  })
  await asked.promise
  child.kill('SIGINT')
  await once(child, 'close')
  expect(said).toMatch(/^\nThis goes on in the shop\. "npx pando (status|migration status --watch)" shows/)
  expect(child.exitCode).toBe(130)
})

import { expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../base/ports.ts'
import { Reach } from './reach.ts'
import { openEcho, SECRET } from './testing.ts'

async function startReach(origin: string, options: { secret?: string; patienceMs?: number } = {}) {
  const reach = new Reach({ needed: () => ['echo'], locate: () => [origin], secret: SECRET, ...options })
  reach.start()
  onTestFinished(() => reach.stop())
  return reach
}

async function serveEcho(port = 0) {
  const echo = await openEcho(async ({ text }) => ({ text }), { port })
  onTestFinished(() => echo.server.close({ graceMs: 0 }))
  return echo.origin
}

it('waits for a module that starts later than those that need it', async () => {
  const port = await freePort()
  const reach = await startReach(`http://127.0.0.1:${port}`)
  await vi.waitFor(() => expect(reach.problem).toMatch(/"echo": http:\/\/127\.0\.0\.1:\d+ does not answer/))
  await serveEcho(port)
  await vi.waitFor(() => expect([reach.problem, reach.note]).toEqual([undefined, undefined]), 5000)
})

it('does without a module that is silent for long, and says so', async () => {
  const reach = await startReach(`http://127.0.0.1:${await freePort()}`, { patienceMs: 300 })
  await vi.waitFor(() => expect(reach.problem).toBeUndefined())
  expect(reach.note).toMatch(/^Not reached since the start: "echo"/)
})

it('never does without a process that refuses it', async () => {
  const reach = await startReach(await serveEcho(), { secret: 'the secret of another shop', patienceMs: 0 })
  await vi.waitFor(() =>
    expect(reach.problem).toMatch(
      /does not know this one: it is of another shop, or has another PANDO_SECRET/,
    ),
  )
})

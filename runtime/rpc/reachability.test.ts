import { expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../base/ports.ts'
import { ReachabilityCheck } from './reachability.ts'
import { openEcho, SECRET } from './testing.ts'

async function startCheck(origin: string, options: { secret?: string; waitMs?: number } = {}) {
  const check = new ReachabilityCheck({
    needed: () => ['echo'],
    locate: () => [origin],
    secret: SECRET,
    ...options,
  })
  check.start()
  onTestFinished(() => check.stop())
  return check
}

async function serveEcho(port = 0) {
  const echo = await openEcho(async ({ text }) => ({ text }), { port })
  onTestFinished(() => echo.server.close({ graceMs: 0 }))
  return echo.origin
}

it('waits for a module that starts later', async () => {
  const port = await freePort()
  const check = await startCheck(`http://127.0.0.1:${port}`)
  await vi.waitFor(() => expect(check.problem).toMatch(/"echo": http:\/\/127\.0\.0\.1:\d+ does not answer/))
  await serveEcho(port)
  await vi.waitFor(() => expect([check.problem, check.note]).toEqual([undefined, undefined]), 5000)
})

it('becomes ready after `waitMs` without a module that does not answer, and names the module in its note', async () => {
  const check = await startCheck(`http://127.0.0.1:${await freePort()}`, { waitMs: 300 })
  await vi.waitFor(() => expect(check.problem).toBeUndefined())
  expect(check.note).toMatch(/^Not reached since the start: "echo"/)
})

it('never becomes ready while a process refuses its token', async () => {
  const check = await startCheck(await serveEcho(), { secret: 'the secret of another shop', waitMs: 0 })
  await vi.waitFor(() =>
    expect(check.problem).toMatch(
      /refuses the token of this process: it belongs to another shop, or has another PANDO_SECRET/,
    ),
  )
})

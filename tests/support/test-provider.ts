import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestCharge } from '#modules/payments/providers/test/ledger.ts'
import type { Faults } from '#modules/payments/providers/test/server.ts'

export type { Faults }

const program = new URL('../../modules/payments/providers/test/server.ts', import.meta.url).pathname

/** The test payment provider in its own process. */
export interface RunningTestProvider {
  url: string
  /** Settings of a shop that uses it. */
  settings: { PANDO_TEST_PROVIDER_URL: string; PANDO_TEST_PROVIDER_KEY: string }
  /** Sets these faults. Others stay as they are. */
  set(faults: Faults): Promise<void>
  /** Its charges, with the number of requests for each. */
  charges(): Promise<(TestCharge & { requests: number })[]>
  /** Sends the held webhooks, and waits until each has been accepted or has failed five times. */
  release(): Promise<void>
  stop(): Promise<void>
}

/** Starts the provider on a free port. */
export async function startTestProvider(faults: Faults = {}): Promise<RunningTestProvider> {
  const key = randomBytes(32).toString('hex')
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, PANDO_TEST_PROVIDER_KEY: key },
  })
  const lines = createInterface({ input: child.stdout })
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(10_000) })
  const { port } = JSON.parse(String(line)) as { port: number }
  const url = `http://127.0.0.1:${port}`

  async function control(path: string, body: object = {}): Promise<unknown> {
    const response = await fetch(`${url}/control${path}`, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`Cannot control the test provider: ${await response.text()}`)
    return response.json()
  }

  await control('', faults)
  return {
    url,
    settings: { PANDO_TEST_PROVIDER_URL: url, PANDO_TEST_PROVIDER_KEY: key },
    async set(changed) {
      await control('', changed)
    },
    async charges() {
      return (await control('/charges')) as (TestCharge & { requests: number })[]
    },
    async release() {
      await control('/release')
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.stdin.end()
      await exited
    },
  }
}

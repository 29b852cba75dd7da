import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import Stripe from 'stripe'
import type { LoggedRequest } from './stripe/api/serve.ts'
import type { BookedPayment } from './stripe/balance.ts'
import type { ControlBodies } from './stripe/control.ts'
import type { Attempt } from './stripe/webhooks.ts'

const program = new URL('stripe/server.ts', import.meta.url).pathname

/** Answers of the control routes that have one. */
interface ControlAnswers {
  books: BookedPayment[]
  dispute: Stripe.Dispute
  release: { released: number }
  requests: LoggedRequest[]
  resend: { sent: number }
  settled: Attempt[]
}

/** The emulator of Stripe in its own process. */
export interface RunningStripeEmulator {
  /** `http://127.0.0.1:<port>`: the origin of the API, of the script and of the hosted pages. */
  origin: string
  /** The official SDK, pointed at the emulator. `key` defaults to a secret key of test mode. */
  client(key?: string, options?: Stripe.StripeConfig): Stripe
  /** Uses a control route: see `ControlBodies`. */
  control<Name extends keyof ControlBodies>(
    name: Name,
    body: ControlBodies[Name],
  ): Promise<Name extends keyof ControlAnswers ? ControlAnswers[Name] : object>
  stop(): Promise<void>
}

/** Starts the emulator on a free port. The seed decides ids, random faults and the order of webhooks. */
export async function startStripeEmulator({ seed = 1 } = {}): Promise<RunningStripeEmulator> {
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, SEED: String(seed) },
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line', {
    signal: AbortSignal.timeout(10_000),
  })
  const { port } = JSON.parse(String(line)) as { port: number }
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    client: (key = 'sk_test_emulator0001', options = {}) =>
      new Stripe(key, {
        host: '127.0.0.1',
        port,
        protocol: 'http',
        telemetry: false,
        maxNetworkRetries: 0,
        ...options,
      }),
    async control(name, body) {
      const response = await fetch(`${origin}/_control/${name}`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`Cannot control the Stripe emulator: ${await response.text()}`)
      return (await response.json()) as never // The emulator's answers carry no types
    },
    stop: () => stop(child),
  }
}

async function stop(child: ChildProcessByStdio<Writable, Readable, null>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.stdin.end()
  await exited
}

import { randomBytes } from 'node:crypto'
import { Pool } from 'undici'
import { createLog } from '#runtime/base/log.ts'
import { Versions } from '#runtime/cache/versions.ts'
import { createCallsFactory } from '#runtime/call/calls-factory.ts'
import { Dispatcher, newTraceId } from '#runtime/call/dispatch.ts'
import type { Calls } from '#runtime/module/context.ts'
import { RemoteTransport } from '#runtime/rpc/client.ts'
import { TokenSigner } from '#runtime/rpc/token-signer.ts'
import { input, measured, output } from '../support/measured-contract.ts'
import { startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const TARGET = 1.3
const ROUNDS = 25
const CALLS_PER_ROUND = 800
const WARM_UP_ROUNDS = 5
const CONCURRENCY = 32

/** Measures a call to a module in another process, against a round trip of the same bytes without any checks. */
export async function measureRemoteCall(): Promise<Row> {
  const secret = randomBytes(32).toString('hex')
  const server = await startServer(['bench/support/remote-call-server.ts', secret], 'serving')
  const [, port, barePort] = server.line.split(' ')
  const origins = [`http://127.0.0.1:${port}`]
  const transport = new RemoteTransport({
    secret,
    locate: () => origins,
    log: createLog({ level: 'silent' }),
  })
  const pool = new Pool(`http://127.0.0.1:${barePort}`, { connections: 64 })
  try {
    const calls = { remote: remoteCall(transport), bare: bareRoundTrip(pool, secret) }
    const alone = await compare(calls, 1)
    const many = await compare(calls, CONCURRENCY)
    const figures = [alone, many].map(
      ({ remote, bare }) => `${remote.toFixed(0)} us against ${bare.toFixed(0)}`,
    )
    return {
      work: 'a remote cross-module call',
      figure: `${alone.ratio.toFixed(2)} of a bare undici-to-node:http round trip (${figures[0]}); ${CONCURRENCY} in parallel ${many.ratio.toFixed(2)} (${figures[1]})`,
      target: `at most ${TARGET}`,
      met: alone.ratio <= TARGET && many.ratio <= TARGET,
      data: { alone: alone.ratio, aloneUs: alone.remote, atOnce: many.ratio, atOnceUs: many.remote },
    }
  } finally {
    await Promise.all([transport.close(), pool.close()])
    await server.stop()
  }
}

type Call = () => Promise<unknown>

function remoteCall(transport: RemoteTransport): Call {
  const dispatcher = new Dispatcher({ strict: false, versions: new Versions() })
  dispatcher.registerContract(measured)
  dispatcher.remote.set(measured.name, transport)
  const calls = createCallsFactory({ measured }, (...call) => dispatcher.call(...call))({
    caller: { kind: 'guest' },
    deadline: Number.MAX_SAFE_INTEGER,
    traceId: newTraceId(),
    openTransactions: 0,
    from: 'bench',
  }) as Calls<{ measured: typeof measured }>
  return () => calls.measured.price(input)
}

/** A request with headers and a body of the same length, sent with undici's usual API. */
function bareRoundTrip(pool: Pool, secret: string): Call {
  const body = JSON.stringify(input)
  const content = { iss: 'bench', aud: 'measured.price', caller: { kind: 'guest' } } as const
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${new TokenSigner(secret).sign(content, body)}`,
    'pando-timeout-ms': '5000',
    traceparent: `00-${newTraceId()}-00f067aa0ba902b7-01`,
  }
  return async () => {
    const response = await pool.request({ method: 'POST', path: '/rpc/measured/price', headers, body })
    return response.body.json()
  }
}

/**
 * Measures both in turns, in microseconds. Takes the minimum of all rounds: other work of the machine only adds time.
 */
async function compare(calls: { remote: Call; bare: Call }, concurrency: number) {
  if (JSON.stringify(await calls.remote()) !== JSON.stringify(output))
    throw new Error('Cannot measure: wrong answer')
  const times = { remote: [] as number[], bare: [] as number[] }
  for (const call of [calls.remote, calls.bare])
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await microseconds(call, concurrency)
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(await microseconds(calls.bare, concurrency))
    times.remote.push(await microseconds(calls.remote, concurrency))
  }
  const remote = Math.min(...times.remote)
  const bare = Math.min(...times.bare)
  return { remote, bare, ratio: remote / bare }
}

async function microseconds(call: Call, concurrency: number): Promise<number> {
  const began = performance.now()
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let i = 0; i < CALLS_PER_ROUND / concurrency; i++) await call()
    }),
  )
  return ((performance.now() - began) * 1000) / CALLS_PER_ROUND
}

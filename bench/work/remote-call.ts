import { randomBytes } from 'node:crypto'
import { Pool } from 'undici'
import { createLog } from '#runtime/base/log.ts'
import { Versions } from '#runtime/cache/versions.ts'
import { createClientFactory } from '#runtime/call/clients.ts'
import { Dispatcher, newTraceId } from '#runtime/call/dispatch.ts'
import type { Calls } from '#runtime/module/context.ts'
import { RemoteTransport } from '#runtime/rpc/client.ts'
import { TokenSigner } from '#runtime/rpc/token-signer.ts'
import { input, measured, output } from '../support/measured-contract.ts'
import { startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const BAR = 1.3
const ROUNDS = 25
const CALLS = 800
const WARM_UP = 5
const AT_ONCE = 32

/** What a call to a module in another process costs, against a round trip that carries the same bytes and checks nothing. */
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
    const ways = { remote: remoteCall(transport), bare: bareRoundTrip(pool, secret) }
    const alone = await compare(ways, 1)
    const many = await compare(ways, AT_ONCE)
    const figures = [alone, many].map(
      ({ remote, bare }) => `${remote.toFixed(0)} us against ${bare.toFixed(0)}`,
    )
    return {
      work: 'a remote cross-module call',
      figure: `${alone.ratio.toFixed(2)} of a bare undici-to-node:http round trip (${figures[0]}); ${AT_ONCE} at once ${many.ratio.toFixed(2)} (${figures[1]})`,
      bar: `at most ${BAR}`,
      met: alone.ratio <= BAR && many.ratio <= BAR,
      data: { alone: alone.ratio, aloneUs: alone.remote, atOnce: many.ratio, atOnceUs: many.remote },
    }
  } finally {
    await Promise.all([transport.close(), pool.close()])
    await server.stop()
  }
}

type Way = () => Promise<unknown>

function remoteCall(transport: RemoteTransport): Way {
  const dispatcher = new Dispatcher({ strict: false, versions: new Versions() })
  dispatcher.registerContract(measured)
  dispatcher.remote.set(measured.name, transport)
  const calls = createClientFactory({ measured }, (...call) => dispatcher.call(...call))({
    caller: { kind: 'guest' },
    deadline: Number.MAX_SAFE_INTEGER,
    traceId: newTraceId(),
    openTransactions: 0,
    from: 'bench',
  }) as Calls<{ measured: typeof measured }>
  return () => calls.measured.price(input)
}

/** Headers and body as long as those of the call, sent as undici's users do. */
function bareRoundTrip(pool: Pool, secret: string): Way {
  const body = JSON.stringify(input)
  const statement = { iss: 'bench', aud: 'measured.price', caller: { kind: 'guest' } } as const
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${new TokenSigner(secret).sign(statement, body)}`,
    'pando-timeout-ms': '5000',
    traceparent: `00-${newTraceId()}-00f067aa0ba902b7-01`,
  }
  return async () => {
    const response = await pool.request({ method: 'POST', path: '/rpc/measured/price', headers, body })
    return response.body.json()
  }
}

/** Microseconds for each, in turns; the least of all rounds, because what the machine does otherwise only adds. */
async function compare(ways: { remote: Way; bare: Way }, atOnce: number) {
  if (JSON.stringify(await ways.remote()) !== JSON.stringify(output))
    throw new Error('Cannot measure: wrong answer')
  const times = { remote: [] as number[], bare: [] as number[] }
  for (const way of [ways.remote, ways.bare])
    for (let warm = 0; warm < WARM_UP; warm++) await microseconds(way, atOnce)
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(await microseconds(ways.bare, atOnce))
    times.remote.push(await microseconds(ways.remote, atOnce))
  }
  const remote = Math.min(...times.remote)
  const bare = Math.min(...times.bare)
  return { remote, bare, ratio: remote / bare }
}

async function microseconds(way: Way, atOnce: number): Promise<number> {
  const began = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let i = 0; i < CALLS / atOnce; i++) await way()
    }),
  )
  return ((performance.now() - began) * 1000) / CALLS
}

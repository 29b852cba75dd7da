import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '#runtime/base/log.ts'
import { Versions } from '#runtime/cache/versions.ts'
import { createCallsFactory } from '#runtime/call/calls-factory.ts'
import { Dispatcher, newTraceId } from '#runtime/call/dispatch.ts'
import { type Caller, system } from '#runtime/contract/caller.ts'
import type { Calls } from '#runtime/module/context.ts'
import { RemoteTransport } from '#runtime/rpc/client.ts'
import { RpcServer } from '#runtime/rpc/server.ts'
import { seats } from '#tests/fixtures/modules/seats/contract.ts'
import { reaction } from '#tests/fixtures/modules/trips/reaction.ts'
import { type FixtureShop, openFixtureShop } from './fixture-shop.ts'

const SECRET = 'a secret for tests only'
type Seats = Calls<{ seats: typeof seats }>['seats']

describe('the transport to another process', () => {
  let shop: FixtureShop
  let server: RpcServer
  let transport: RemoteTransport
  const dispatcher = new Dispatcher({ strict: true, versions: new Versions() })

  beforeAll(async () => {
    shop = await openFixtureShop({ loopback: false })
    const log = createLog({ level: 'silent' })
    server = await RpcServer.open({
      dispatcher: shop.shop.dispatcher,
      versions: shop.shop.versions,
      secret: SECRET,
      log,
      port: 0,
      about: { process: 'trains', replica: 0, version: '1' },
      ready: async () => ({ ready: true }),
    })
    const origins = [`http://127.0.0.1:${server.port}`]
    transport = new RemoteTransport({ secret: SECRET, locate: () => origins, log })
    dispatcher.registerContract(seats)
    dispatcher.remote.set('seats', transport)
  })
  afterAll(async () => {
    await transport.close()
    await server.close()
    await shop.stop()
  })

  const remote = (caller: Caller): Seats => {
    const parent = { caller, deadline: Number.MAX_SAFE_INTEGER, traceId: newTraceId(), openTransactions: 0 }
    const create = createCallsFactory({ seats }, (...call) => dispatcher.call(...call))
    return (create(parent) as { seats: Seats }).seats
  }
  const guest: Caller = { kind: 'guest' }
  /** A guest whose idempotency keys have an effect, because the token identifies the guest. */
  const guestWithToken: Caller = { kind: 'guest', bearer: 'a token' }
  const customer: Caller = { kind: 'customer', customerId: 'cus_1', sessionId: 'ses_1' }
  const staff: Caller = { kind: 'staff', staffId: 'stf_1', permissions: ['other'] }

  /** The answer of a call, or everything that its caller can observe of its failure. */
  async function outcome(call: Promise<unknown>) {
    try {
      return { answer: await call }
    } catch (error) {
      const { name, code, status, message, data, fields, retryAfterSeconds, traceId } = error as Record<
        string,
        unknown
      >
      return { name, code, status, message, data, fields, retryAfterSeconds, traced: typeof traceId }
    }
  }

  const cases: [string, Caller, (seats: Seats) => Promise<unknown>][] = [
    ['an answer', guest, (s) => s.countSeats({ train: 'same' })],
    ['a cached answer', guest, (s) => s.listTrains({})],
    ['a declared failure with data', guest, (s) => s.takeSeat({ train: 'full', passenger: 'Zoe' })],
    ['an input that breaks the contract', guest, (s) => s.takeSeat({ train: '', more: 1 } as never)],
    ['a Date where a text is expected', guest, (s) => s.countSeats({ train: new Date(0) } as never)],
    ['an undefined member', system('test'), (s) => s.misbehave({ how: 'throw', list: undefined } as never)],
    [
      'a number that JSON does not have',
      system('test'),
      (s) => s.misbehave({ how: 'throw', list: [Number.NaN] }),
    ],
    ['NUL in a text', guest, (s) => s.countSeats({ train: 'a\0b' })],
    ['half a surrogate pair', guest, (s) => s.countSeats({ train: 'a\ud800b' })],
    ['a guest where a customer is needed', guest, (s) => s.forCustomers({})],
    [
      'a guest where a customer is needed, with an invalid input',
      guest,
      (s) => s.forCustomers({ more: 1 } as never),
    ],
    ['a customer where staff is needed', customer, (s) => s.forStaff({})],
    ['staff without the permission', staff, (s) => s.forStaff({})],
    [
      'a key that was used with another input',
      guestWithToken,
      (s) => s.takeSeat({ train: 'b', passenger: 'B' }, { key: 'same' }),
    ],
    [
      'a repeat with the same key',
      guestWithToken,
      (s) => s.takeSeat({ train: 'a', passenger: 'A' }, { key: 'same' }),
    ],
    ['a bug', system('test'), (s) => s.misbehave({ how: 'throw' })],
    ['a failure that is not declared', system('test'), (s) => s.misbehave({ how: 'undeclared' })],
    ['an answer that breaks the contract', system('test'), (s) => s.misbehave({ how: 'wrong answer' })],
    ['a call that takes too long', system('test'), (s) => s.misbehave({ how: 'sleep' })],
  ]

  it.each(cases)('gives calls the same outcome as in one process: %s', async (_what, caller, call) => {
    for (const passenger of ['Ada', 'Bob', 'Cem'])
      await shop
        .as(guest)
        .seats.takeSeat({ train: 'full', passenger })
        .catch(() => {})
    await shop.as(guestWithToken).seats.takeSeat({ train: 'a', passenger: 'A' }, { key: 'same' })
    const local = await outcome(call(shop.as(caller).seats))
    const overHttp = await outcome(call(remote(caller)))
    expect(overHttp).toEqual(local)
  })

  it('returns a cached answer until this process has called a command of the module', async () => {
    const remoteSeats = remote(guest)
    const before = await remoteSeats.listTrains({})
    expect(await shop.statementsDuring(() => remoteSeats.listTrains({}))).toEqual([])
    await remoteSeats.takeSeat({ train: 'fresh', passenger: 'Ada' })
    expect((await remoteSeats.listTrains({})).trains).toEqual([...before.trains, 'fresh'].sort())
  })

  const seatTaken = {
    id: 'evt_1',
    name: 'seats.seatTaken',
    aggregate: 'a',
    payload: { train: 'a', passenger: 'Eve' },
  }

  it('delivers an event, which takes effect once even when it is delivered twice', async () => {
    await transport.deliver('trips', seatTaken)
    await transport.deliver('trips', seatTaken)
    expect((await shop.calls.trips.listPassengers({})).names).toEqual(['Eve'])
  })

  it('throws when the reaction to an event fails, or the module has no reaction to it', async () => {
    reaction.refuse.add('Eve')
    await expect(transport.deliver('trips', { ...seatTaken, id: 'evt_2' })).rejects.toThrow(
      /500 INTERNAL.*trace/,
    )
    reaction.refuse.clear()
    await expect(transport.deliver('trips', { ...seatTaken, name: 'seats.seatSold' })).rejects.toThrow(
      '404 NOT_FOUND',
    )
  })
})

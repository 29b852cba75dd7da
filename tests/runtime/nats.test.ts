import { type JetStreamClient, jetstream } from '@nats-io/jetstream'
import { connect, headers } from '@nats-io/transport-node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPool, type Sql } from '#runtime/database/pool.ts'
import { namesOf, partitionOf } from '#runtime/events/nats/names.ts'
import { SIGNATURE } from '#runtime/events/nats/session.ts'
import { Signature } from '#runtime/events/nats/signature.ts'
import { reaction } from '#tests/fixtures/modules/trips/reaction.ts'
import { createDatabase } from '#tests/support/database.ts'
import { natsServer, startNats, type TestNats } from '#tests/support/nats.ts'
import {
  type FixtureProcess,
  type FixtureProcessOptions,
  openFixtureProcess,
  SECRET,
} from './fixture-process.ts'

const WAIT = { timeout: 25_000, interval: 20 }

describe.skipIf(!natsServer)(`events over NATS (only where nats-server is installed)`, () => {
  let nats: TestNats
  let databases: { url: string; drop: () => Promise<void> }[]
  let sellers: FixtureProcess
  let travel: FixtureProcess
  let opened: FixtureProcess[]

  beforeEach(async () => {
    reaction.calls = 0
    reaction.refuse.clear()
    reaction.dieAfterCommit = false
    nats = await startNats({ name: 'pando', password: 'only for tests' })
    databases = [await createDatabase(), await createDatabase()]
    opened = []
    sellers = await open(['seats', 'till'], { http: true })
    travel = await open(['trips'])
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await Promise.all(opened.map((each) => each.stop()))
    await Promise.all(databases.map((each) => each.drop()))
    await nats.stop()
  })

  async function open(modules: string[], options: Partial<FixtureProcessOptions> = {}) {
    const database = databases[modules.includes('seats') ? 0 : 1]!
    const process = await openFixtureProcess({
      modules,
      databaseUrl: database.url,
      natsUrl: nats.url,
      ...options,
    })
    opened.push(process)
    return process
  }

  const take = (passenger: string, train: string) => sellers.calls.seats.takeSeat({ train, passenger })
  const passengers = async () => (await travel.calls.trips.listPassengers({})).names
  const expectPassengers = (names: string[]) =>
    vi.waitFor(async () => expect((await passengers()).toSorted()).toEqual(names.toSorted()), WAIT)

  /** Waits until no event is waiting for delivery. Returns the backlog of each module that has parked events. */
  async function untilNoneWaits() {
    return vi.waitFor(async () => {
      const backlog = [...(await sellers.shop.backlog()), ...(await travel.shop.backlog())]
      expect(backlog.filter(({ waiting }) => waiting > 0)).toEqual([])
      return backlog.filter(({ parked }) => parked > 0)
    }, WAIT)
  }

  async function withDatabase(url: string, work: (sql: Sql) => Promise<unknown>) {
    const sql = openPool({ url, max: 1, name: 'test' })
    await work(sql).finally(() => sql.end())
  }

  async function withJetStream(work: (stream: JetStreamClient) => Promise<unknown>) {
    const { host, username, password } = new URL(nats.url)
    const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) })
    await work(jetstream(connection)).finally(() => connection.close())
  }

  it('take effect once, although they are published again within and after the duplicate window of NATS', async () => {
    await take('Ada', 'one')
    await expectPassengers(['Ada'])
    await untilNoneWaits()
    const names = namesOf(SECRET)
    let event = {
      id: '',
      name: 'seats.seatTaken',
      aggregate: 'one',
      payload: { train: 'one', passenger: 'Ada' },
    }
    await withDatabase(databases[1]!.url, async (sql) => {
      const [row] = await sql<{ event_id: string }[]>`select event_id from trips.pando_inbox`
      event = { ...event, id: row!.event_id }
    })
    const subject = names.subjectOf('trips', event.aggregate, event.name)
    const body = JSON.stringify(event)
    const signed = headers()
    signed.set(SIGNATURE, new Signature(SECRET).of(subject, body))
    await withJetStream(async (stream) => {
      // NATS recognises a duplicate within its window; after that, the inbox does
      const again = await stream.publish(subject, body, { msgID: `${event.id} trips`, headers: signed })
      expect(again.duplicate).toBe(true)
      const later = await stream.publish(subject, body, { msgID: 'after the window', headers: signed })
      expect(later.duplicate).toBe(false)
    })
    await vi.waitFor(() => expect(reaction.calls).toBe(2), WAIT)
    await untilNoneWaits()
    expect(await passengers()).toEqual(['Ada'])
  })

  it('wait in NATS while their consumer is down', async () => {
    await travel.stop()
    await take('Ada', 'one')
    await take('Bob', 'two')
    await vi.waitFor(
      async () =>
        expect(await sellers.shop.backlog()).toEqual([
          { module: 'seats', waiting: 0, parked: 0 },
          { module: 'nats', waiting: 2, parked: 0 },
        ]),
      WAIT,
    )
    travel = await open(['trips'])
    await expectPassengers(['Ada', 'Bob'])
    expect(reaction.calls).toBe(2)
  })

  it('survive a kill of NATS: none is lost, none takes effect twice, and the shop continues', async () => {
    // One event is being handled when the server dies, so its acknowledgement is lost
    const handle = travel.shop.dispatcher.react.bind(travel.shop.dispatcher)
    const started = Promise.withResolvers<void>()
    const killed = Promise.withResolvers<void>()
    vi.spyOn(travel.shop.dispatcher, 'react').mockImplementationOnce(async (...event) => {
      started.resolve()
      await killed.promise
      return handle(...event)
    })
    await take('Ada', 'one')
    await started.promise
    await take('Bob', 'one')
    await nats.kill()
    killed.resolve()
    for (const train of ['two', 'three', 'four']) await take(`Cem-${train}`, train)
    const health = async () =>
      (await (await fetch(`${sellers.shop.origin}/health/ready`)).json()) as { status: string; note?: string }
    await vi.waitFor(
      async () => expect((await health()).note).toMatch(/^NATS has been unavailable since/),
      WAIT,
    )
    expect((await health()).status).toBe('ready')
    // Further failed attempts to connect are not logged
    await vi.waitFor(async () => expect((await health()).note).toMatch(/refused/), WAIT)
    expect(sellers.logged.filter((line) => line.includes('NATS is unavailable'))).toHaveLength(1)

    await nats.restart()
    await expectPassengers(['Ada', 'Bob', 'Cem-two', 'Cem-three', 'Cem-four'])
    expect(await untilNoneWaits()).toEqual([])
    expect((await passengers()).filter((name) => !name.startsWith('Cem'))).toEqual(['Ada', 'Bob'])
    expect(await health()).toEqual({ status: 'ready' })
  })

  it('of one aggregate keep their order when the first is refused, and do not block other aggregates', async () => {
    const [train, other] = trainsOfOnePartition()
    reaction.refuse.add('Ada')
    await take('Ada', train)
    await take('Bob', train)
    await take('Cem', other)
    await expectPassengers(['Cem'])
    // The event of Bob has arrived too, and waits behind that of Ada
    await vi.waitFor(
      async () =>
        expect(await travel.shop.backlog()).toEqual([
          { module: 'trips', waiting: 2, parked: 0, oldest: expect.anything() },
          { module: 'nats', waiting: 0, parked: 0 },
        ]),
      WAIT,
    )
    reaction.refuse.clear()
    await expectPassengers(['Ada', 'Bob', 'Cem'])
    expect(await passengers()).toEqual(['Cem', 'Ada', 'Bob'])
  })

  it('that are refused 8 times are parked at their consumer and no longer block later events', async () => {
    await travel.stop()
    let aheadMs = 0
    travel = await open(['trips'], { clock: () => new Date(Date.now() + aheadMs) })
    reaction.refuse.add('Ada')
    await take('Ada', 'one')
    await take('Bob', 'one')
    await vi.waitFor(async () => {
      aheadMs += 60_000
      await travel.shop.drain()
      expect(await passengers()).toEqual(['Bob'])
    }, WAIT)
    // Eight attempts at the event of Ada, and one at that of Bob
    expect(reaction.calls).toBe(8 + 1)
    expect(await untilNoneWaits()).toEqual([{ module: 'trips', waiting: 0, parked: 1 }])
    await withDatabase(databases[1]!.url, async (sql) => {
      const [parked] = await sql<{ name: string; attempts: number; error: string }[]>`
        select name, attempts, error from trips.pando_outbox where parked_at is not null`
      expect(parked).toMatchObject({ name: 'seats.seatTaken', attempts: 8 })
      expect(parked!.error).toContain('Ada is not welcome')
    })
  })

  it("in their consumer's outbox are retried by the drain of a command", async () => {
    reaction.refuse.add('Ada')
    await take('Ada', 'one')
    await vi.waitFor(() => expect(travel.logged.join('\n')).toMatch(/event refused/), WAIT)
    await travel.stop()
    reaction.refuse.clear()
    const inAnHour = () => new Date(Date.now() + 3_600_000)
    travel = await open(['trips'], { background: false, clock: inAnHour })
    expect(await travel.shop.drain()).toEqual({ waiting: 0, parked: 0 })
    expect(await passengers()).toEqual(['Ada'])
  })

  it('are delivered again after the outbox of their consumer was missing for a moment', async () => {
    const renameTable = (from: string, to: string) =>
      withDatabase(databases[1]!.url, (sql) => sql.unsafe(`alter table trips.${from} rename to ${to}`))
    await renameTable('pando_outbox', 'gone')
    await take('Ada', 'one')
    await vi.waitFor(
      () =>
        expect(travel.logged.join('\n')).toMatch(/event cannot be handled now, it will be delivered again/),
      WAIT,
    )
    expect(reaction.calls).toBe(0)
    await renameTable('gone', 'pando_outbox')
    await expectPassengers(['Ada'])
    expect(await untilNoneWaits()).toEqual([])
  })

  it('are shared by the replicas of a process', async () => {
    const replica = await open(['trips'])
    const handled = [travel, replica].map(({ shop }) => vi.spyOn(shop.dispatcher, 'react'))
    const passengers = Array.from({ length: 40 }, (_, i) => `passenger-${i}`)
    await Promise.all(passengers.map((passenger, i) => take(passenger, `train-${i}`)))
    await expectPassengers(passengers)
    const [first = 0, second = 0] = handled.map((spy) => spy.mock.calls.length)
    expect(first + second).toBe(passengers.length)
    expect(Math.min(first, second)).toBeGreaterThan(5)
  })

  it('of one aggregate are handled one after the other by all replicas', async () => {
    const replica = await open(['trips'])
    const done = Promise.withResolvers<void>()
    const begun: string[] = []
    for (const { shop } of [travel, replica]) {
      const handle = shop.dispatcher.react.bind(shop.dispatcher)
      vi.spyOn(shop.dispatcher, 'react').mockImplementation(async (consumer, event) => {
        const { passenger } = event.payload as { passenger: string }
        begun.push(passenger)
        if (passenger === 'Ada') await done.promise
        return handle(consumer, event)
      })
    }
    await take('Ada', 'train')
    await vi.waitFor(() => expect(begun).toEqual(['Ada']), WAIT)
    await take('Bob', 'train')
    const elsewhere = Array.from({ length: 20 }, (_, i) => `elsewhere-${i}`)
    const others = elsewhere.filter((train) => partitionOf(train) !== partitionOf('train'))
    for (const train of others) await take(`in ${train}`, train)
    await vi.waitFor(() => expect(begun).toHaveLength(1 + others.length), WAIT)
    expect(begun).not.toContain('Bob')
    done.resolve()
    await vi.waitFor(() => expect(begun).toContain('Bob'), WAIT)
    await expectPassengers(['Ada', 'Bob', ...others.map((train) => `in ${train}`)])
    expect((await passengers()).filter((name) => !name.startsWith('in '))).toEqual(['Ada', 'Bob'])
  })

  it('that are not signed with the secret are dropped', async () => {
    const subject = namesOf(SECRET).subjectOf('trips', 'one', 'seats.seatTaken')
    const body = JSON.stringify({
      id: 'evt_forged',
      name: 'seats.seatTaken',
      aggregate: 'one',
      payload: { train: 'one', passenger: 'Mallory' },
    })
    const forged = headers()
    forged.set(SIGNATURE, new Signature('another secret').of(subject, body))
    await withJetStream((stream) => stream.publish(subject, body, { headers: forged }))
    await vi.waitFor(() => expect(travel.logged.join('\n')).toMatch(/event dropped/), WAIT)
    await untilNoneWaits()
    expect(reaction.calls).toBe(0)
  })
})

function trainsOfOnePartition(): [string, string] {
  const second = Array.from({ length: 100 }, (_, i) => `train-${i}`).find(
    (train) => partitionOf(train) === partitionOf('train'),
  )
  return ['train', second!]
}

import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLog } from '#runtime/base/log.ts'
import { endLeasesOf } from '#runtime/events/lease.ts'
import { formatCount } from '#runtime/events/undelivered-events.ts'
import { openShop } from '#runtime/process/shop.ts'
import { reaction } from '#tests/fixtures/modules/trips/reaction.ts'
import { type FixtureShop, openFixtureShop } from './fixture-shop.ts'

describe('an outbox', () => {
  let shop: FixtureShop
  beforeAll(async () => {
    shop = await openFixtureShop({ loopback: false })
  })
  afterAll(() => shop?.stop())
  beforeEach(async () => {
    reaction.refuse.clear()
    reaction.calls = 0
    await shop.sql`truncate trips.passenger, seats.pando_outbox`
  })

  /** Emits events of these trains in order. The nth has the passenger `<train>/<n + offset>`. */
  const emit = (trains: readonly string[], offset = 0) => shop.sql`
    insert into seats.pando_outbox (consumer, event_id, name, aggregate, payload)
    select 'trips', 'evt_' || gen_random_uuid(), 'seatTaken', train,
      json_build_object('train', train, 'passenger', train || '/' || n + ${offset}::int)
    from unnest(${trains as string[]}::text[]) with ordinality as t (train, n) order by n`
  const passengers = async () => (await shop.calls.trips.listPassengers({})).names
  /** The pages (8 KiB) that the statement of readEvents() in outbox.ts, copied here, reads for the first 100 events. */
  const pagesRead = async () => {
    const plan = await shop.sql.unsafe<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }[]>(`
      explain (analyze, buffers, format json)
      select position, payload from seats.pando_outbox
      where consumer = 'trips' and position > 0 and parked_at is null
        and position not in (select unnest('{}'::bigint[])) and aggregate not in (select unnest('{}'::text[]))
      order by position limit 100`)
    const { Plan } = plan[0]!['QUERY PLAN'][0]
    return Plan['Shared Hit Blocks']! + Plan['Shared Read Blocks']!
  }

  it('delivers 3,000 events once each, and those of one aggregate in order', async () => {
    const trains = Array.from({ length: 3000 }, (_, n) => `train-${n % 700}`)
    await emit(trains)
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 0 })
    const names = await passengers()
    expect(names).toHaveLength(3000)
    const last = new Map<string, number>()
    for (const name of names) {
      const [train = '', n] = name.split('/')
      expect(Number(n)).toBeGreaterThan(last.get(train) ?? 0)
      last.set(train, Number(n))
    }
    expect(reaction.calls).toBe(3000)
  })

  it('delivers the events around a refused one, and retries only the refused one', async () => {
    const trains = Array.from({ length: 40 }, (_, n) => `bad-${n}`)
    reaction.refuse.add('bad-7/8')
    await emit(trains)
    expect(await shop.drain()).toEqual({ waiting: 1, parked: 0 })
    expect(await passengers()).toHaveLength(39)
    expect(reaction.calls).toBe(40)
    reaction.refuse.clear()
    shop.clock.advance(60_000)
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 0 })
    expect(await passengers()).toContain('bad-7/8')
  })

  it('commits the reactions of a group separately when a statement of one of them fails', async () => {
    await shop.sql`alter table trips.passenger add constraint short check (length(name) < 20)`
    await emit(['a', 'b', 'a-name-that-the-table-refuses', 'c'])
    expect(await shop.drain()).toEqual({ waiting: 1, parked: 0 })
    expect((await passengers()).toSorted()).toEqual(['a/1', 'b/2', 'c/4'])
    await shop.sql`alter table trips.passenger drop constraint short`
  })

  it('is read in fewer than 20 pages more when 20,000 more events wait', async () => {
    await emit(Array.from({ length: 100 }, (_, n) => `few-${n}`))
    await shop.sql`analyze seats.pando_outbox`
    const few = await pagesRead()
    await emit(Array.from({ length: 20_000 }, (_, n) => `many-${n}`))
    await shop.sql`analyze seats.pando_outbox`
    expect(await pagesRead()).toBeLessThan(few + 20)
  })

  it('is delivered only by the relay that has the lease, and by the next one after the lease has ended', async () => {
    await emit(['leased'])
    await shop.sql`
      insert into seats.pando_lease (consumer, holder, expires_at) values ('trips', 'another/1', now() + interval '1 hour')
      on conflict (consumer) do update set holder = excluded.holder, expires_at = excluded.expires_at`
    const other = await openOtherProcess()
    expect(await other.drain()).toEqual({ waiting: 1, parked: 0 })
    expect(reaction.calls).toBe(0)
    await endLeasesOf(shop.sql, 'seats', 'another/')
    expect(await other.drain()).toEqual({ waiting: 0, parked: 0 })
    expect(await passengers()).toEqual(['leased/1'])
    await other.stop()
  })

  it('has its lease renewed during a slow reaction, so that the event is delivered once', async () => {
    const slow = Promise.withResolvers<void>()
    reaction.until = slow.promise
    // Opened first, because a starting process ends the leases of its name, which include those of this process
    const other = await openOtherProcess()
    await emit(['slow'])
    const drained = shop.drain()
    onTestFinished(async () => {
      slow.resolve()
      reaction.until = undefined
      await other.stop()
    })
    await vi.waitFor(() => expect(reaction.calls).toBe(1), { timeout: 10_000 })
    const expiry = async () => {
      const [row] = await shop.sql<{ at: Date }[]>`select expires_at as at from seats.pando_lease`
      return row!.at.getTime()
    }
    // NaN when an earlier test has set the expiry to -infinity; the relay takes a new lease then
    const first = (await expiry()) || 0
    await vi.waitFor(async () => expect(await expiry()).toBeGreaterThan(first), { timeout: 20_000 })
    expect(await other.drain()).toEqual({ waiting: 1, parked: 0 })
    slow.resolve()
    expect(await drained).toEqual({ waiting: 0, parked: 0 })
    expect(reaction.calls).toBe(1)
    expect(await passengers()).toEqual(['slow/1'])
  }, 60_000)

  it('delivers an event again after a crash of the database that undid its reaction', async () => {
    await emit(['crash'])
    const { reactions } = shop.shop.dispatcher
    const many = reactions.many.bind(reactions)
    let hasCrashed = false
    // A crash ends all connections, and loses commits that did not wait for the disk
    const spy = vi.spyOn(reactions, 'many').mockImplementation((consumer, events) =>
      many(consumer, events).map(async (delivery) => {
        await delivery
        if (hasCrashed) return
        hasCrashed = true
        await shop.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`
        await shop.sql`truncate trips.passenger, trips.pando_inbox`
      }),
    )
    onTestFinished(() => spy.mockRestore())
    // The crash may also break the connection on which the drain counts.
    await shop.drain().catch(() => {})
    await vi.waitFor(async () => {
      expect(await shop.drain()).toEqual({ waiting: 0, parked: 0 })
      expect(await passengers()).toEqual(['crash/1'])
    }, 10_000)
    expect(reaction.calls).toBe(2)
  })

  it('with 10,050 events is counted as "more than 10,000"', async () => {
    await emit(Array.from({ length: 10_050 }, (_, n) => `counted-${n}`))
    const { waiting } = (await shop.shop.backlog()).find(({ module }) => module === 'seats')!
    expect(formatCount(waiting)).toBe('more than 10,000')
  })

  it('has each event take effect once and in order, even with three simultaneous relays', async () => {
    const trains = Array.from({ length: 1000 }, (_, n) => `twice-${n % 50}`)
    await emit(trains)
    const others = await Promise.all([openOtherProcess(), openOtherProcess()])
    let isOver = false
    // Expire the lease continuously, so that all relays take it
    const expiringLeases = (async () => {
      while (!isOver)
        await shop.sql`update seats.pando_lease set expires_at = '-infinity', holder = 'nobody/1'`
    })()
    await Promise.all([shop, ...others].map((each) => each.drain()))
    isOver = true
    await expiringLeases
    for (const other of others) expect(await other.drain()).toEqual({ waiting: 0, parked: 0 })
    const names = await passengers()
    expect(names).toHaveLength(1000)
    for (const train of new Set(trains)) {
      const numbers = names
        .filter((name) => name.startsWith(`${train}/`))
        .map((name) => Number(name.split('/')[1]))
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    }
    await Promise.all(others.map((each) => each.stop()))
  })

  it('reports the age of its oldest waiting event, and none when it is empty', async () => {
    await emit(['stuck'])
    await shop.sql`update seats.pando_outbox set emitted_at = now() - interval '2 minutes'`
    const [state] = (await shop.shop.backlog()).filter(({ module }) => module === 'seats')
    expect(state).toMatchObject({ waiting: 1, parked: 0, oldest: { ms: expect.any(Number) } })
    expect(state!.oldest!.ms).toBeGreaterThan(119_000)
    await shop.drain()
    expect((await shop.shop.backlog()).find(({ module }) => module === 'seats')).toEqual({
      module: 'seats',
      waiting: 0,
      parked: 0,
    })
  })

  it('retries parked events in order, or discards them with a record', async () => {
    reaction.refuse.add('back/1')
    reaction.refuse.add('gone/2')
    await emit(['back', 'gone'])
    for (let attempt = 0; attempt < 8; attempt++) {
      await shop.drain()
      shop.clock.advance(60_000)
    }
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 2 })
    const { events } = shop.shop
    const parked = await events.list({ module: 'seats', state: 'parked', limit: 10 })
    expect(parked.map(({ name, aggregate, attempts }) => [name, aggregate, attempts])).toEqual([
      ['seats.seatTaken', 'back', 8],
      ['seats.seatTaken', 'gone', 8],
    ])
    expect(parked[0]!.error).toContain('back/1 is not welcome')
    const [back, gone] = parked as [(typeof parked)[0], (typeof parked)[0]]
    reaction.refuse.clear()
    await emit(['back'], 10)
    expect(await events.retry({ id: back.id })).toBe(1)
    expect(await events.discard({ id: gone.id, consumer: 'trips' })).toBe(1)
    expect(await events.discard({ id: gone.id })).toBe(0)
    expect(await events.retry({ id: 'evt_unknown' })).toBe(0)
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 0 })
    expect(await passengers()).toEqual(['back/1', 'back/11'])
    const discarded = await shop.sql<{ event_id: string; attempts: number }[]>`
      select event_id, attempts from seats.pando_discarded_event`
    expect([...discarded]).toEqual([{ event_id: gone.id, attempts: 8 }])
  })

  /** Opens another process on the same database. */
  async function openOtherProcess() {
    const hosted = [...shop.shop.modules.values()]
    return openShop({
      modules: hosted.map(({ definition }) => definition),
      modulesDirectory: fileURLToPath(new URL('../fixtures/modules', import.meta.url)),
      databaseUrl: hosted[0]!.database!,
      secret: 'a secret for tests only',
      publicUrl: 'http://localhost:4000',
      dataDirectory: tmpdir(),
      log: createLog({ level: 'silent' }),
      environment: {},
      background: false,
      clock: () => shop.clock.now(),
    })
  }
})

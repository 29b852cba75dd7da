import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { provider } from '#tests/fixtures/modules/till/provider.ts'
import { type FixtureShop, openFixtureShop } from './fixture-shop.ts'

describe.each([{ loopback: false }, { loopback: true }])('workflows, loopback: $loopback', ({ loopback }) => {
  let shop: FixtureShop
  let count = 0
  let train = ''

  beforeAll(async () => {
    shop = await openFixtureShop({ loopback })
  })
  afterAll(() => shop.stop())
  beforeEach(() => {
    provider.reset()
    train = `train-${++count}`
  })

  const book = (card: string, key?: string) =>
    shop.calls.trips.bookTrip({ train, passenger: 'Ada', card }, key === undefined ? {} : { key })
  const taken = async () => (await shop.calls.seats.countSeats({ train })).taken
  const tripOf = async () => (await shop.calls.trips.listTrips({})).items.find((trip) => trip.train === train)
  const charges = async () => (await shop.calls.till.listCharges({})).ids
  const recover = () => shop.shop.engine.recover(shop.shop.modules.get('trips')!)

  it('runs all steps', async () => {
    const trip = await book('good')
    expect(trip).toMatchObject({ train, status: 'booked' })
    expect(await taken()).toBe(1)
    expect(await charges()).toContain(trip.id)
    expect(provider.paid).toContain(trip.id)
  })

  if (!loopback)
    it('needs two commits when the modules share a database', async () => {
      const statements = await shop.statementsDuring(() => book('good'))
      expect(statements.filter((statement) => statement === 'commit')).toHaveLength(2)
    })

  it('leaves nothing behind when the first step is refused', async () => {
    for (const passenger of ['x', 'y', 'z']) await shop.calls.seats.takeSeat({ train, passenger })
    await expect(book('good')).rejects.toMatchObject({ code: 'TRAIN_FULL', data: { seats: 3 } })
    expect(await tripOf()).toBeUndefined()
    expect(provider.asked).toBe(0)
  })

  it('compensates its steps from the last to the first after a permanent failure', async () => {
    await expect(book('declined')).rejects.toMatchObject({ code: 'DECLINED', status: 402 })
    expect(await taken()).toBe(0)
    expect(await tripOf()).toMatchObject({ status: 'cancelled' })
  })

  it('compensates the step of the provider when a later step is refused', async () => {
    provider.closed = true
    await expect(book('good')).rejects.toMatchObject({ code: 'REFUSED' })
    expect(provider.paid.size).toBe(0)
    expect(await taken()).toBe(0)
    expect(await tripOf()).toMatchObject({ status: 'cancelled' })
  })

  it('waits for an unknown outcome, and continues when it is resumed', async () => {
    const waiting = await book('slow')
    expect(waiting.status).toBe('waiting')
    expect(await taken()).toBe(1)
    provider.slow.set(waiting.id, 'paid')
    expect(await shop.calls.trips.resumeTrip({ id: waiting.id })).toEqual({ resumed: true })
    expect(await tripOf()).toMatchObject({ status: 'booked' })
    expect(await shop.calls.trips.resumeTrip({ id: waiting.id })).toEqual({ resumed: false })
  })

  it('is resumed by the recovery after its wait of a second', async () => {
    const waiting = await book('slow')
    provider.slow.set(waiting.id, 'paid')
    await recover()
    expect(await tripOf()).toMatchObject({ status: 'waiting' })
    shop.clock.advance(2000)
    await recover()
    expect(await tripOf()).toMatchObject({ status: 'booked' })
  })

  it('is compensated when it still waits after its deadline of a minute', async () => {
    const waiting = await book('slow')
    shop.clock.advance(120_000)
    await recover()
    expect(await tripOf()).toMatchObject({ id: waiting.id, status: 'cancelled' })
    expect(await taken()).toBe(0)
  })

  it('logs the failure of a recovered workflow at info, and that of a waiting one at debug', async () => {
    const trips = shop.shop.modules.get('trips')!
    const [debug, info] = [vi.spyOn(trips.log, 'debug'), vi.spyOn(trips.log, 'info')]
    onTestFinished(() => void vi.restoreAllMocks())
    const fields = { workflow: 'bookTrip', code: 'TOO_LATE', reason: expect.stringMatching(/^Cannot book/) }
    const waited = await book('slow')
    shop.clock.advance(120_000)
    await recover()
    expect(debug.mock.calls).toContainEqual([{ ...fields, id: waited.id }, 'waiting workflow failed'])
    expect(info).not.toHaveBeenCalled()

    // As after the death of the process that ran it
    const interrupted = await book('slow')
    await shop.sql`update trips.pando_workflow set status = 'running' where id = ${interrupted.id}`
    shop.clock.advance(120_000)
    await recover()
    expect(info.mock.calls).toEqual([[{ ...fields, id: interrupted.id }, 'recovered workflow failed']])
  })

  it('can be aborted while it waits', async () => {
    const waiting = await book('slow')
    expect(await shop.calls.trips.abandonTrip({ id: waiting.id })).toEqual({ abandoned: true })
    expect(await tripOf()).toMatchObject({ status: 'cancelled' })
    expect(await taken()).toBe(0)
    expect(await shop.calls.trips.abandonTrip({ id: waiting.id })).toEqual({ abandoned: false })
  })

  it('is resumed by the recovery after a transient error', async () => {
    provider.broken = true
    await expect(book('good')).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 })
    expect(await tripOf()).toMatchObject({ status: 'new' })
    provider.broken = false
    shop.clock.advance(5000)
    await recover()
    expect(await tripOf()).toMatchObject({ status: 'booked' })
    expect(provider.paid.size).toBe(1)
  })

  it('resumes an abandoned workflow at once, although its lease has not expired', async () => {
    const waiting = await book('slow')
    provider.slow.set(waiting.id, 'paid')
    const { engine, modules } = shop.shop
    const later = new Date(shop.clock.now().getTime() + 60_000)
    await shop.sql`
      update trips.pando_workflow set status = 'running', runner = ${engine.runner}, wake_at = ${later}
      where id = ${waiting.id}`
    await recover()
    expect(await tripOf()).toMatchObject({ status: 'waiting' })
    engine.abandon(modules.get('trips')!, waiting.id)
    await recover()
    expect(await tripOf()).toMatchObject({ status: 'booked' })
  })

  it('does not resume a workflow that this process is running, although its lease has expired', async () => {
    const answer = Promise.withResolvers<void>()
    provider.held = answer.promise
    const booking = book('good')
    await expect.poll(() => provider.asked, { timeout: 10_000 }).toBe(1)
    shop.clock.advance(3_600_000)
    await recover()
    expect(provider.asked).toBe(1)
    answer.resolve()
    expect(await booking).toMatchObject({ status: 'booked' })
  })

  it('resumes due workflows while one that it resumed before hangs', async () => {
    const [hangs, next] = [await book('slow'), await book('slow')]
    const trips = shop.shop.modules.get('trips')!
    const wake = (id: string) =>
      shop.sql`update trips.pando_workflow set wake_at = ${shop.clock.now()} where id = ${id}`
    for (const { id } of [hangs, next]) provider.slow.set(id, 'paid')
    const answer = Promise.withResolvers<void>()
    provider.held = answer.promise
    const { asked } = provider
    await wake(hangs.id)
    await shop.shop.engine.resumeDue(trips)
    await expect.poll(() => provider.asked, { timeout: 10_000 }).toBe(asked + 1)
    provider.held = undefined
    await wake(next.id)
    await shop.shop.engine.resumeDue(trips)
    await expect.poll(() => provider.paid.has(next.id), { timeout: 10_000 }).toBe(true)
    expect(provider.paid.has(hangs.id)).toBe(false)
    answer.resolve()
    await expect.poll(() => provider.paid.has(hangs.id), { timeout: 10_000 }).toBe(true)
  })

  it('takes over workflows that were leased before the start of the shop, and not later ones', async () => {
    const [earlier, later] = [await book('slow'), await book('slow')]
    /** Leases a workflow for a minute, as the engine does, this much after the start. */
    const lease = (id: string, afterStartMs: number) => shop.sql`
      update trips.pando_workflow set status = 'running', runner = 'other',
        wake_at = ${new Date(shop.clock.now().getTime() + afterStartMs + 60_000)}
      where id = ${id}`
    await lease(earlier.id, -1)
    await lease(later.id, 1)
    const { engine, modules } = shop.shop
    await engine.takeOver(modules.get('trips')!, { leasedBefore: shop.clock.now() })
    const due = await shop.sql`
      select id from trips.pando_workflow where status = 'running' and wake_at <= ${shop.clock.now()}`
    expect(due).toEqual([{ id: earlier.id }])
  })

  it('does not confirm an abort that the journal did not record', async () => {
    const waiting = await book('slow')
    await shop.sql.unsafe(`
      create function public.refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
      create trigger refuse before update on trips.pando_workflow
      for each row when (new.status = 'undoing') execute function public.refuse()`)
    await expect(shop.calls.trips.abandonTrip({ id: waiting.id })).rejects.toMatchObject({ status: 500 })
    await shop.sql.unsafe('drop function public.refuse() cascade')
    await recover()
    expect(await shop.calls.trips.abandonTrip({ id: waiting.id })).toEqual({ abandoned: true })
    expect(await tripOf()).toMatchObject({ status: 'cancelled' })
  })

  it('does not confirm an abort when another process has taken the workflow over', async () => {
    const waiting = await book('slow')
    await shop.sql.unsafe(`
      create function public.take_over() returns trigger language plpgsql as $$
      begin new.runner = 'another/run_1'; return new; end $$;
      create trigger take_over before update on trips.pando_workflow
      for each row when (old.status = 'waiting') execute function public.take_over()`)
    await expect(shop.calls.trips.abandonTrip({ id: waiting.id })).rejects.toMatchObject({ status: 503 })
    await shop.sql.unsafe('drop function public.take_over() cascade')
    expect(await tripOf()).toMatchObject({ status: 'waiting' })
  })

  it('returns one answer for the same key, to simultaneous requests and later ones', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => book('good', `key-${train}`)))
    answers.push(await book('good', `key-${train}`))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await taken()).toBe(1)
    expect(provider.paid.size).toBe(1)
  })

  it('answers before the deadline that the first request with a key is still running', async () => {
    const answer = Promise.withResolvers<void>()
    provider.held = answer.promise
    const first = book('good', `long-${train}`)
    await expect.poll(() => provider.asked, { timeout: 10_000 }).toBe(1)
    const repeat = shop.calls.trips.bookTrip(
      { train, passenger: 'Ada', card: 'good' },
      { key: `long-${train}`, timeoutMs: 1000 },
    )
    await expect(repeat).rejects.toThrow('the first request with this Idempotency-Key is still running')
    answer.resolve()
    expect(await first).toMatchObject({ status: 'booked' })
  })

  it('returns the same failure for the same key', async () => {
    await expect(book('declined', `no-${train}`)).rejects.toMatchObject({ code: 'DECLINED' })
    const asked = provider.asked
    await expect(book('declined', `no-${train}`)).rejects.toMatchObject({ code: 'DECLINED' })
    expect(provider.asked).toBe(asked)
  })
})

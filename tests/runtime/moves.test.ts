import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { system } from '#runtime/contract/caller.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import type { Calls } from '#runtime/module/context.ts'
import { loadContracts, loadHosted } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { ensureControlSchema } from '#runtime/relocation/control-schema.ts'
import { liftFence, raiseFence, removeFence, sealFence } from '#runtime/relocation/fence.ts'
import { recordingLog } from '#runtime/rpc/testing.ts'
import { KnownPlacement, type PlacementState } from '#runtime/topology/placement.ts'
import type { seats } from '#tests/fixtures/modules/seats/contract.ts'
import type { trips } from '#tests/fixtures/modules/trips/contract.ts'
import { createDatabase } from '#tests/support/database.ts'

const MODULES = fileURLToPath(new URL('../fixtures/modules', import.meta.url))
const RELOCATION_ID = 'rlc1'
type Fixtures = { seats: typeof seats; trips: typeof trips }

interface Process {
  origin: string
  placement: KnownPlacement
  shop: Shop
  calls: Calls<Fixtures>
  databaseUrl: string
}

let closers: (() => Promise<unknown>)[]
/** The source has all modules at first, the target has none. */
let source: Process
let target: Process
let sql: Pool

beforeEach(async () => {
  closers = []
  const origins = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`)
  const allModulesAt = (origin: string) => ({ seats: [origin], trips: [origin], till: [origin] })
  const open = async (origin: string, modules: string[]): Promise<Process> => {
    const database = await createDatabase()
    closers.push(database.drop)
    const placement = { version: 1, modules: allModulesAt(origins[0]!) }
    return openProcess({ origin, modules, databaseUrl: database.url, placement })
  }
  source = await open(origins[0]!, ['seats', 'trips', 'till'])
  target = await open(origins[1]!, [])
  sql = openPool({ url: source.databaseUrl, max: 1, name: 'test' })
  closers.push(() => sql.end({ timeout: 1 }))
  await ensureControlSchema(sql)
})

/** Opens a process that serves at an origin. */
async function openProcess(options: {
  origin: string
  modules: string[]
  databaseUrl: string
  placement: PlacementState
}): Promise<Process> {
  const { origin, modules, databaseUrl } = options
  const placement = new KnownPlacement(options.placement)
  const shop = await openShop({
    modules: await loadHosted(modules, MODULES),
    contracts: await loadContracts(MODULES),
    modulesDirectory: MODULES,
    network: {
      placement,
      serve: { process: 'p', replica: 0, port: Number(new URL(origin).port), host: '127.0.0.1', origin },
    },
    databaseUrl,
    secret: 'a secret for tests only',
    publicUrl: 'http://localhost:4000',
    dataDirectory: tmpdir(),
    log: recordingLog().log,
    environment: {},
    background: true,
    strict: true,
  })
  closers.push(() => shop.stop())
  return { origin, placement, shop, calls: shop.callsAs<Fixtures>(system('test')), databaseUrl }
}

afterEach(async () => {
  for (const close of closers.reverse()) await close()
})

function seatsAt({ origin }: Process, version: number): PlacementState {
  return { version, modules: { seats: [origin], trips: [source.origin], till: [source.origin] } }
}

async function prepareTarget(): Promise<void> {
  await target.placement.accept({ ...seatsAt(source, 2), standby: { seats: [target.origin] } })
  expect(target.shop.moving()).toEqual({ standby: ['seats'], leaving: [], failed: {} })
}

/** Takes a seat in the train "long". */
function take(process: Process, passenger: string, key = passenger) {
  return process.calls.seats.takeSeat({ train: 'long', passenger }, { key })
}

it('a module is served at the location of the placement update, by a process that loads it while running', async () => {
  await take(target, 'before')
  await prepareTarget()
  await Promise.all([target, source].map(({ placement }) => placement.accept(seatsAt(target, 3))))
  expect([...source.shop.modules.keys()].sort()).toEqual(['till', 'trips'])
  expect([...target.shop.modules.keys()]).toEqual(['seats'])
  await vi.waitFor(() => expect(source.shop.moving().leaving).toEqual([]))
  await take(source, 'after')
  // This test copies no rows: the target has those written after the move, the source those before
  expect((await target.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
  expect(await sql`select passenger from seats.seat`).toEqual([{ passenger: 'before' }])
})

it('writes wait while the fence is up, and reads do not', async () => {
  await raiseFence(sql, RELOCATION_ID, ['seats'])
  let isDone = false
  const waiting = [take(source, 'here'), take(target, 'there')].map((call) =>
    call.finally(() => {
      isDone = true
    }),
  )
  expect((await source.calls.seats.countSeats({ train: 'long' })).taken).toBe(0)
  expect(isDone).toBe(false)
  await liftFence(sql, RELOCATION_ID, ['seats'])
  await Promise.all(waiting)
  expect((await target.calls.seats.countSeats({ train: 'long' })).taken).toBe(2)
})

it('a fence that is not sealed expires, here after 300 ms, and waiting writes continue', async () => {
  await raiseFence(sql, RELOCATION_ID, ['seats'], 300)
  await Promise.all([take(source, 'here'), take(target, 'there')])
  expect((await source.calls.seats.countSeats({ train: 'long' })).taken).toBe(2)
})

it('writes that wait at the fence are executed at the target, and none waits longer than its deadline', async () => {
  await prepareTarget()
  await raiseFence(sql, RELOCATION_ID, ['seats'])
  await expect(
    source.calls.seats.takeSeat({ train: 'long', passenger: 'hasty' }, { timeoutMs: 100 }),
  ).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  const waiting = [take(source, 'here'), take(target, 'there')]
  await sealFence(sql, RELOCATION_ID, ['seats'], { toProcess: 'p', placement: seatsAt(target, 3) })
  await Promise.all([target, source].map(({ placement }) => placement.accept(seatsAt(target, 4))))
  await Promise.all(waiting)
  expect((await target.calls.seats.countSeats({ train: 'long' })).taken).toBe(2)
  expect(await sql`select from seats.seat`).toHaveLength(0)
})

it('a process that missed the placement update cannot write at the source, and learns the new location from the database', async () => {
  await prepareTarget()
  await raiseFence(sql, RELOCATION_ID, ['seats'])
  await sealFence(sql, RELOCATION_ID, ['seats'], { toProcess: 'p', placement: seatsAt(target, 3) })
  await target.placement.accept(seatsAt(target, 4))
  // Even when the tables have been dropped meanwhile
  await sql`drop schema seats cascade`
  await take(source, 'late')
  expect(source.placement.locate('seats')).toEqual([target.origin])
  expect([...source.shop.modules.keys()].sort()).toEqual(['till', 'trips'])
  expect((await source.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it('a process that missed the placement update refuses no write because of outdated rows at the source', async () => {
  for (const passenger of ['a', 'b', 'c']) await take(source, passenger)
  await expect(take(source, 'd')).rejects.toMatchObject({ code: 'TRAIN_FULL' })
  await prepareTarget()
  await raiseFence(sql, RELOCATION_ID, ['seats'])
  await sealFence(sql, RELOCATION_ID, ['seats'], { toProcess: 'p', placement: seatsAt(target, 3) })
  await target.placement.accept(seatsAt(target, 4))
  // This test copies no rows, so the target has free seats
  await take(source, 'd', 'another key')
  expect((await target.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it('a caller of the source learns the new location', async () => {
  await prepareTarget()
  await source.placement.accept(seatsAt(target, 4))
  await target.placement.accept(seatsAt(target, 4))
  const caller = await openCaller()
  await take(caller, 'caller')
  expect(caller.placement.locate('seats')).toEqual([target.origin])
})

it('a workflow continues in new segments when one of its modules moves', async () => {
  await prepareTarget()
  await raiseFence(sql, RELOCATION_ID, ['seats'])
  const booked = source.calls.trips.bookTrip({ train: 'long', passenger: 'p', card: 'visa' }, { key: 'k' })
  await sealFence(sql, RELOCATION_ID, ['seats'], { toProcess: 'p', placement: seatsAt(target, 3) })
  await Promise.all([target, source].map(({ placement }) => placement.accept(seatsAt(target, 4))))
  expect(await booked).toMatchObject({ status: 'booked' })
  expect((await target.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it.each([
  ['seats', 'takeSeat'],
  ['trips', 'createTrip'],
])('a workflow continues when %s moves during its transaction, before %s', async (leaving, step) => {
  const { modules } = seatsAt(source, 2)
  await target.placement.accept({ version: 2, modules, standby: { [leaving]: [target.origin] } })
  const { dispatcher } = source.shop
  const findMethod = dispatcher.method.bind(dispatcher)
  const spy = vi.spyOn(dispatcher, 'method').mockImplementation((module, name) => {
    if (name === step) {
      spy.mockRestore()
      const placement = { version: 3, modules: { ...modules, [leaving]: [target.origin] } }
      void Promise.all([target, source].map((process) => process.placement.accept(placement)))
    }
    return findMethod(module, name)
  })
  const trip = await source.calls.trips.bookTrip(
    { train: 'long', passenger: 'p', card: 'visa' },
    { key: 'k' },
  )
  expect(trip).toMatchObject({ status: 'booked' })
  expect([...source.shop.modules.keys()]).not.toContain(leaving)
  const seatsProcess = leaving === 'seats' ? target : source
  expect((await seatsProcess.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it('a process does not start with a module whose data have moved away', async () => {
  await raiseFence(sql, RELOCATION_ID, ['seats'])
  await sealFence(sql, RELOCATION_ID, ['seats'], { toProcess: 'other', placement: seatsAt(target, 3) })
  await expect(openCaller(source.databaseUrl)).rejects.toThrow(
    `Cannot start with the module "seats": its data have moved to the process "other" (${target.origin})`,
  )
})

it('a process that starts while its module is sealed begins without it, and serves it again after a rollback', async () => {
  await raiseFence(sql, RELOCATION_ID, ['seats', 'trips'])
  const placement = { version: 5, modules: { seats: [target.origin], trips: [target.origin] } }
  await sealFence(sql, RELOCATION_ID, ['seats', 'trips'], { toProcess: 'other', placement })
  await source.shop.stop()
  const modules = { seats: [source.origin], trips: [source.origin], till: [source.origin] }
  const standby = { seats: [target.origin], trips: [target.origin] }
  const again = await openProcess({
    origin: source.origin,
    modules: ['seats', 'trips', 'till'],
    databaseUrl: source.databaseUrl,
    placement: { version: 4, modules, standby },
  })
  expect([...again.shop.modules.keys()]).toEqual(['till'])
  expect(again.placement.locate('trips')).toEqual([target.origin])

  await removeFence(sql, ['seats', 'trips'])
  await again.placement.accept({ version: 6, modules })
  expect([...again.shop.modules.keys()].sort()).toEqual(['seats', 'till', 'trips'])
  await take(again, 'after')
})

it('a process that starts during the rollback of its sealed module begins without it, and prepares to serve it', async () => {
  await raiseFence(sql, RELOCATION_ID, ['seats'])
  await sealFence(sql, RELOCATION_ID, ['seats'], { toProcess: 'other', placement: seatsAt(target, 5) })
  await source.shop.stop()
  const { modules } = seatsAt(source, 6)
  const again = await openProcess({
    origin: source.origin,
    modules: ['seats', 'trips', 'till'],
    databaseUrl: source.databaseUrl,
    placement: { version: 6, modules, standby: { seats: [source.origin] } },
  })
  expect([...again.shop.modules.keys()].sort()).toEqual(['till', 'trips'])
  expect(again.shop.moving().standby).toEqual(['seats'])

  await removeFence(sql, ['seats'])
  await again.placement.accept({ version: 8, modules })
  expect([...again.shop.modules.keys()].sort()).toEqual(['seats', 'till', 'trips'])
  await take(again, 'after')
})

it('modules that moved together have one version, and are accepted one by one; repeats and older versions change nothing', async () => {
  const placement = new KnownPlacement({ version: 1, modules: { seats: ['a'], trips: ['a'] } })
  let changes = 0
  placement.watch(() => {
    changes++
  })
  await placement.acceptMove(3, { seats: ['b'] })
  await placement.acceptMove(3, { trips: ['b'] })
  await placement.acceptMove(3, { trips: ['b'] })
  await placement.acceptMove(2, { seats: ['a'] })
  expect([placement.locate('seats'), placement.locate('trips')]).toEqual([['b'], ['b']])
  expect(changes).toBe(2)
})

/** A process without modules, which only calls. With a database, it has `seats`, as in an outdated topology. */
async function openCaller(databaseUrl?: string): Promise<Process> {
  const placement = new KnownPlacement({ version: 1, modules: seatsAt(source, 1).modules })
  const shop = await openShop({
    modules: databaseUrl ? await loadHosted(['seats'], MODULES) : [],
    contracts: await loadContracts(MODULES),
    modulesDirectory: MODULES,
    network: { placement },
    databaseUrl: databaseUrl ?? '',
    secret: 'a secret for tests only',
    publicUrl: 'http://localhost:4000',
    dataDirectory: tmpdir(),
    log: recordingLog().log,
    environment: {},
    background: false,
    strict: true,
  })
  closers.push(() => shop.stop())
  return { origin: '', placement, shop, calls: shop.callsAs<Fixtures>(system('test')), databaseUrl: '' }
}

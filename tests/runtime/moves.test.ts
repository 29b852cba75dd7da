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
import { liftFence, raiseFence, sealFence, unsealModules } from '#runtime/relocation/fence.ts'
import { recordingLog } from '#runtime/rpc/testing.ts'
import { KnownPlacement, type PlacementState } from '#runtime/topology/placement.ts'
import type { seats } from '#tests/fixtures/modules/seats/contract.ts'
import type { trips } from '#tests/fixtures/modules/trips/contract.ts'
import { createDatabase } from '#tests/support/database.ts'

const MODULES = fileURLToPath(new URL('../fixtures/modules', import.meta.url))
type Fixtures = { seats: typeof seats; trips: typeof trips }

interface Process {
  origin: string
  placement: KnownPlacement
  shop: Shop
  calls: Calls<Fixtures>
  databaseUrl: string
}

let closers: (() => Promise<unknown>)[]
/** Has all modules at first, and a process that has none yet. */
let old: Process
let fresh: Process
let sql: Pool

beforeEach(async () => {
  closers = []
  const origins = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`)
  const everywhere = (origin: string) => ({ seats: [origin], trips: [origin], till: [origin] })
  const open = async (origin: string, modules: string[]): Promise<Process> => {
    const database = await createDatabase()
    closers.push(database.drop)
    const placement = { version: 1, modules: everywhere(origins[0]!) }
    return openProcess({ origin, modules, databaseUrl: database.url, placement })
  }
  old = await open(origins[0]!, ['seats', 'trips', 'till'])
  fresh = await open(origins[1]!, [])
  sql = openPool({ url: old.databaseUrl, max: 1, name: 'test' })
  closers.push(() => sql.end({ timeout: 1 }))
  await ensureControlSchema(sql)
})

/** One that serves at an origin. */
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
  return { version, modules: { seats: [origin], trips: [old.origin], till: [old.origin] } }
}

async function standBy(): Promise<void> {
  const { version, modules } = { version: 2, modules: seatsAt(old, 2).modules }
  await fresh.placement.accept({ version, modules, standby: { seats: [fresh.origin] } })
  expect(fresh.shop.moving()).toEqual({ standby: ['seats'], leaving: [], failed: {} })
}

/** Takes a seat of the train that never gets full. */
function take(process: Process, passenger: string, key = passenger) {
  return process.calls.seats.takeSeat({ train: 'long', passenger }, { key })
}

it('a module that is announced elsewhere is served there, by a process that loads it while it runs', async () => {
  await take(fresh, 'before')
  await standBy()
  await Promise.all([fresh, old].map(({ placement }) => placement.accept(seatsAt(fresh, 3))))
  expect([...old.shop.modules.keys()].sort()).toEqual(['till', 'trips'])
  expect([...fresh.shop.modules.keys()]).toEqual(['seats'])
  await vi.waitFor(() => expect(old.shop.moving().leaving).toEqual([]))
  await take(old, 'after')
  // Nothing was copied here, so the new place has what came after, and the old one what came before.
  expect((await fresh.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
  expect(await sql`select passenger from seats.seat`).toEqual([{ passenger: 'before' }])
})

it('whoever writes while the fence is up waits until it is lifted, and whoever reads does not', async () => {
  await raiseFence(sql, 'rlc1', ['seats'])
  let isDone = false
  const waiting = [take(old, 'here'), take(fresh, 'there')].map((call) =>
    call.finally(() => {
      isDone = true
    }),
  )
  expect((await old.calls.seats.countSeats({ train: 'long' })).taken).toBe(0)
  expect(isDone).toBe(false)
  await liftFence(sql, 'rlc1', ['seats'])
  await Promise.all(waiting)
  expect((await fresh.calls.seats.countSeats({ train: 'long' })).taken).toBe(2)
})

it('a fence that nobody seals falls by itself, and who waited goes on', async () => {
  await raiseFence(sql, 'rlc1', ['seats'], 300)
  await Promise.all([take(old, 'here'), take(fresh, 'there')])
  expect((await old.calls.seats.countSeats({ train: 'long' })).taken).toBe(2)
})

it('who waits at the fence is served at the new place, and nobody waits longer than the deadline', async () => {
  await standBy()
  await raiseFence(sql, 'rlc1', ['seats'])
  await expect(
    old.calls.seats.takeSeat({ train: 'long', passenger: 'hasty' }, { timeoutMs: 100 }),
  ).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  const waiting = [take(old, 'here'), take(fresh, 'there')]
  await sealFence(sql, 'rlc1', ['seats'], { toProcess: 'p', placement: seatsAt(fresh, 3) })
  await Promise.all([fresh, old].map(({ placement }) => placement.accept(seatsAt(fresh, 4))))
  await Promise.all(waiting)
  expect((await fresh.calls.seats.countSeats({ train: 'long' })).taken).toBe(2)
  expect(await sql`select from seats.seat`).toHaveLength(0)
})

it('a process that missed the announcement cannot write at the old place, and follows by the word of the database', async () => {
  await standBy()
  await raiseFence(sql, 'rlc1', ['seats'])
  await sealFence(sql, 'rlc1', ['seats'], { toProcess: 'p', placement: seatsAt(fresh, 3) })
  await fresh.placement.accept(seatsAt(fresh, 4))
  // Also when the tables are gone by the time it looks.
  await sql`drop schema seats cascade`
  await take(old, 'late')
  expect(old.placement.locate('seats')).toEqual([fresh.origin])
  expect([...old.shop.modules.keys()].sort()).toEqual(['till', 'trips'])
  expect((await old.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it('a process that missed the announcement refuses nothing because of what it reads at the old place', async () => {
  for (const passenger of ['a', 'b', 'c']) await take(old, passenger)
  await expect(take(old, 'd')).rejects.toMatchObject({ code: 'TRAIN_FULL' })
  await standBy()
  await raiseFence(sql, 'rlc1', ['seats'])
  await sealFence(sql, 'rlc1', ['seats'], { toProcess: 'p', placement: seatsAt(fresh, 3) })
  await fresh.placement.accept(seatsAt(fresh, 4))
  // Nothing was copied here, so at the new place there is room.
  await take(old, 'd', 'another key')
  expect((await fresh.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it('who asks at the old place is told of the new one', async () => {
  await standBy()
  await old.placement.accept(seatsAt(fresh, 4))
  await fresh.placement.accept(seatsAt(fresh, 4))
  const caller = await openCaller()
  await take(caller, 'asks')
  expect(caller.placement.locate('seats')).toEqual([fresh.origin])
})

it('a workflow goes on when one of its modules moves, in new segments', async () => {
  await standBy()
  await raiseFence(sql, 'rlc1', ['seats'])
  const booked = old.calls.trips.bookTrip({ train: 'long', passenger: 'p', card: 'visa' }, { key: 'k' })
  await sealFence(sql, 'rlc1', ['seats'], { toProcess: 'p', placement: seatsAt(fresh, 3) })
  await Promise.all([fresh, old].map(({ placement }) => placement.accept(seatsAt(fresh, 4))))
  expect(await booked).toMatchObject({ status: 'booked' })
  expect((await fresh.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it.each([
  ['seats', 'takeSeat'],
  ['trips', 'createTrip'],
])('a workflow goes on when %s leaves in the middle of its transaction, before %s', async (leaving, step) => {
  const { modules } = seatsAt(old, 2)
  await fresh.placement.accept({ version: 2, modules, standby: { [leaving]: [fresh.origin] } })
  const { dispatcher } = old.shop
  const find = dispatcher.method.bind(dispatcher)
  const finding = vi.spyOn(dispatcher, 'method').mockImplementation((module, name) => {
    if (name === step) {
      finding.mockRestore()
      const placement = { version: 3, modules: { ...modules, [leaving]: [fresh.origin] } }
      void Promise.all([fresh, old].map((process) => process.placement.accept(placement)))
    }
    return find(module, name)
  })
  const trip = await old.calls.trips.bookTrip({ train: 'long', passenger: 'p', card: 'visa' }, { key: 'k' })
  expect(trip).toMatchObject({ status: 'booked' })
  expect([...old.shop.modules.keys()]).not.toContain(leaving)
  const at = leaving === 'seats' ? fresh : old
  expect((await at.calls.seats.countSeats({ train: 'long' })).taken).toBe(1)
})

it('a process does not start with a module whose data have moved away', async () => {
  await raiseFence(sql, 'rlc1', ['seats'])
  await sealFence(sql, 'rlc1', ['seats'], { toProcess: 'other', placement: seatsAt(fresh, 3) })
  await expect(openCaller(old.databaseUrl)).rejects.toThrow(
    `Cannot start with the module "seats": its data have moved to the process "other" (${fresh.origin})`,
  )
})

it('a process that starts while its module is on its way begins without it, and takes it back when it stays', async () => {
  await raiseFence(sql, 'rlc1', ['seats', 'trips'])
  const placement = { version: 5, modules: { seats: [fresh.origin], trips: [fresh.origin] } }
  await sealFence(sql, 'rlc1', ['seats', 'trips'], { toProcess: 'other', placement })
  await old.shop.stop()
  const modules = { seats: [old.origin], trips: [old.origin], till: [old.origin] }
  const standby = { seats: [fresh.origin], trips: [fresh.origin] }
  const again = await openProcess({
    origin: old.origin,
    modules: ['seats', 'trips', 'till'],
    databaseUrl: old.databaseUrl,
    placement: { version: 4, modules, standby },
  })
  expect([...again.shop.modules.keys()]).toEqual(['till'])
  expect(again.placement.locate('trips')).toEqual([fresh.origin])

  await unsealModules(sql, ['seats', 'trips'])
  await again.placement.accept({ version: 6, modules })
  expect([...again.shop.modules.keys()].sort()).toEqual(['seats', 'till', 'trips'])
  await take(again, 'after')
})

it('a process that starts while its sealed module is brought back begins without it, ready to take it back', async () => {
  await raiseFence(sql, 'rlc1', ['seats'])
  await sealFence(sql, 'rlc1', ['seats'], { toProcess: 'other', placement: seatsAt(fresh, 5) })
  await old.shop.stop()
  const { modules } = seatsAt(old, 6)
  const again = await openProcess({
    origin: old.origin,
    modules: ['seats', 'trips', 'till'],
    databaseUrl: old.databaseUrl,
    placement: { version: 6, modules, standby: { seats: [old.origin] } },
  })
  expect([...again.shop.modules.keys()].sort()).toEqual(['till', 'trips'])
  expect(again.shop.moving().standby).toEqual(['seats'])

  await unsealModules(sql, ['seats'])
  await again.placement.accept({ version: 8, modules })
  expect([...again.shop.modules.keys()].sort()).toEqual(['seats', 'till', 'trips'])
  await take(again, 'after')
})

it('the words of modules that moved together are taken one by one', async () => {
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

/** A process that only calls; with a database, one that has `seats`, as its topology is an old one. */
async function openCaller(databaseUrl?: string): Promise<Process> {
  const placement = new KnownPlacement({ version: 1, modules: seatsAt(old, 1).modules })
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

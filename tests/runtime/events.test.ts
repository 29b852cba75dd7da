import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reaction } from '#tests/fixtures/modules/trips/reaction.ts'
import { type FixtureShop, openFixtureShop } from './fixture-shop.ts'

describe('events', () => {
  let shop: FixtureShop
  let count = 0
  let train = ''

  beforeAll(async () => {
    shop = await openFixtureShop({ loopback: false })
  })
  afterAll(() => shop.stop())
  beforeEach(async () => {
    reaction.refuse.clear()
    reaction.dieAfterCommit = false
    train = `train-${++count}`
    await shop.sql`truncate trips.passenger`
  })

  const take = (passenger: string, on = train) => shop.calls.seats.takeSeat({ train: on, passenger })
  const passengers = async () => (await shop.calls.trips.listPassengers({})).names

  it('reach their consumers after the commit', async () => {
    await take('Ada')
    expect(await passengers()).toEqual([])
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 0 })
    expect(await passengers()).toEqual(['Ada'])
  })

  it('are not delivered when the transaction fails', async () => {
    await take('Ada')
    await take('Bob')
    await take('Cem')
    await expect(take('Dan')).rejects.toMatchObject({ code: 'TRAIN_FULL' })
    await shop.drain()
    expect(await passengers()).toEqual(['Ada', 'Bob', 'Cem'])
  })

  it('take effect once, although they are delivered again after a crash between the commit and the deletion', async () => {
    reaction.dieAfterCommit = true
    await take('Ada')
    expect(await shop.drain()).toEqual({ waiting: 1, parked: 0 })
    reaction.dieAfterCommit = false
    const callsBefore = reaction.calls
    shop.clock.advance(60_000)
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 0 })
    expect(reaction.calls).toBe(callsBefore + 1)
    expect(await passengers()).toEqual(['Ada'])
  })

  it('of one aggregate keep their order while the first is refused; events of other aggregates are delivered', async () => {
    reaction.refuse.add('Ada')
    await take('Ada')
    await take('Bob')
    await take('Cem', `${train}-other`)
    await shop.drain()
    expect(await passengers()).toEqual(['Cem'])
    reaction.refuse.clear()
    shop.clock.advance(60_000)
    await shop.drain()
    expect(await passengers()).toEqual(['Cem', 'Ada', 'Bob'])
  })

  it('without a reaction in this version of the consumer are parked with the reason', async () => {
    await take('Ada')
    await shop.sql`update seats.pando_outbox set name = 'seatFolded' where payload ->> 'passenger' = 'Ada'`
    await take('Bob', `${train}-other`)
    for (let attempt = 0; attempt < 8; attempt++) {
      await shop.drain()
      shop.clock.advance(60_000)
    }
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 1 })
    expect(await passengers()).toEqual(['Bob'])
    const [parked] = await shop.sql<{ error: string }[]>`select error from seats.pando_outbox`
    expect(parked!.error).toContain('Cannot deliver seats.seatFolded to trips')
    await shop.sql`delete from seats.pando_outbox`
  })

  it('that are refused 8 times are parked and no longer block later events', async () => {
    reaction.refuse.add('Ada')
    await take('Ada')
    await take('Bob')
    for (let attempt = 0; attempt < 8; attempt++) {
      await shop.drain()
      shop.clock.advance(60_000)
    }
    expect(await shop.drain()).toEqual({ waiting: 0, parked: 1 })
    expect(await passengers()).toEqual(['Bob'])
    const [parked] = await shop.sql<
      { error: string }[]
    >`select error from seats.pando_outbox where parked_at is not null`
    expect(parked!.error).toContain('Ada is not welcome')
    await shop.sql`delete from seats.pando_outbox`
  })
})

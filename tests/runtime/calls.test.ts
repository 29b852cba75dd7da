import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FixtureShop, openFixtureShop } from './fixture-shop.ts'

describe.each([{ loopback: false }, { loopback: true }])('calls, loopback: $loopback', ({ loopback }) => {
  let shop: FixtureShop

  beforeAll(async () => {
    shop = await openFixtureShop({ loopback })
  })
  afterAll(() => shop.stop())

  const misbehave = (how: Parameters<FixtureShop['calls']['seats']['misbehave']>[0]['how']) =>
    shop.calls.seats.misbehave({ how })

  it('returns the answer of the handler', async () => {
    const { ticket } = await shop.calls.seats.takeSeat({ train: 'a', passenger: 'Ada' })
    expect(ticket).toBeGreaterThan(0)
    expect(await shop.calls.seats.countSeats({ train: 'a' })).toEqual({ taken: 1 })
  })

  it('refuses an invalid input and names each field', async () => {
    const call = shop.calls.seats.takeSeat({ train: '', passenger: 7, more: 1 } as never)
    await expect(call).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      status: 400,
      fields: expect.arrayContaining([
        expect.objectContaining({ field: '/train' }),
        expect.objectContaining({ field: '/passenger' }),
        { field: '/more', message: 'is unknown: remove it' },
      ]),
    })
  })

  it('throws a declared failure with its data', async () => {
    for (const passenger of ['x', 'y', 'z']) await shop.calls.seats.takeSeat({ train: 'full', passenger })
    await expect(shop.calls.seats.takeSeat({ train: 'full', passenger: 'w' })).rejects.toMatchObject({
      name: 'Failure',
      code: 'TRAIN_FULL',
      status: 409,
      message: 'Cannot take a seat in "full": all 3 are taken',
      data: { seats: 3 },
    })
    expect(await shop.calls.seats.countSeats({ train: 'full' })).toEqual({ taken: 3 })
  })

  it.each([
    'throw',
    'undeclared',
    'no commit',
    'wrong answer',
    'foreign table',
    'call in transaction',
  ] as const)('turns a bug into INTERNAL with a trace id and without details: %s', async (how) => {
    const failure = await misbehave(how).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'INTERNAL',
      status: 500,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect((failure as Error).message).not.toMatch(/a bug|till|postgres/)
  })

  it('does not let a handler change its input', async () => {
    const list = [1, 2, 3]
    await expect(shop.calls.seats.misbehave({ how: 'change input', list })).rejects.toMatchObject({
      code: 'INTERNAL',
    })
    expect(list).toEqual([1, 2, 3])
  })

  it('fails at its timeout of 200 ms, although the handler needs a second', async () => {
    await expect(misbehave('sleep')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', status: 504 })
  })

  it('accepts only callers with access', async () => {
    const customer = { kind: 'customer', customerId: 'cus_1', sessionId: 'ses_1' } as const
    const staff = (...permissions: string[]) => ({ kind: 'staff', staffId: 'stf_1', permissions }) as const
    await expect(shop.as({ kind: 'guest' }).seats.forCustomers({})).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
    await expect(shop.as(customer).seats.forCustomers({})).resolves.toEqual({})
    await expect(shop.as({ kind: 'guest' }).seats.forStaff({})).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
    await expect(shop.as(customer).seats.forStaff({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(shop.as(staff('other')).seats.forStaff({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(shop.as(staff('seats.read')).seats.forStaff({})).resolves.toEqual({})
    await expect(shop.as(staff('*')).seats.forStaff({})).resolves.toEqual({})
  })

  it('returns the first answer for a repeat with the same key, and executes the command once', async () => {
    const input = { train: 'keyed', passenger: 'Ada' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.calls.seats.takeSeat(input, { key: 'k1' })),
    )
    answers.push(await shop.calls.seats.takeSeat(input, { key: 'k1' }))
    expect(new Set(answers.map((answer) => answer.ticket)).size).toBe(1)
    const [row] = await shop.sql<{ count: number }[]>`
      select count(*) from seats.pando_idempotency where answer->>'ticket' = ${String(answers[0]!.ticket)}`
    expect(row!.count).toBe(1)
  })

  it('refuses a key that was used with another input', async () => {
    await shop.calls.seats.takeSeat({ train: 'reused', passenger: 'Ada' }, { key: 'k2' })
    await expect(
      shop.calls.seats.takeSeat({ train: 'reused', passenger: 'Bob' }, { key: 'k2' }),
    ).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      status: 409,
    })
    expect(await shop.calls.seats.countSeats({ train: 'reused' })).toEqual({ taken: 1 })
  })

  it('distinguishes equal keys of two callers', async () => {
    const one = await shop
      .as({ kind: 'guest', bearer: 'one' })
      .seats.takeSeat({ train: 'scoped', passenger: 'Ada' }, { key: 'k3' })
    const two = await shop
      .as({ kind: 'guest', bearer: 'two' })
      .seats.takeSeat({ train: 'scoped', passenger: 'Bob' }, { key: 'k3' })
    expect(one.ticket).not.toBe(two.ticket)
  })

  it('serves a cached answer until the module commits', async () => {
    await shop.calls.seats.takeSeat({ train: 'cached-1', passenger: 'Ada' })
    const before = await shop.calls.seats.listTrains({})
    expect(before.trains).toContain('cached-1')
    expect(await shop.statementsDuring(() => shop.calls.seats.listTrains({}))).toEqual([])
    await shop.calls.seats.takeSeat({ train: 'cached-2', passenger: 'Ada' })
    expect((await shop.calls.seats.listTrains({})).trains).toContain('cached-2')
  })
})

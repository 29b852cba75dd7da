import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { findEmbedded, startEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'

let dataDirectory: string
let sql: Pool | undefined
beforeAll(async () => {
  dataDirectory = await makeDataDirectory()
})
afterAll(() => removeDataDirectory(dataDirectory))

const pando = (...args: string[]) => runPando(args, { PANDO_DATA: dataDirectory, PANDO_LOG: 'error' })

/** Inserts an event that could not be delivered in eight tries. The next try of a waiting one is in an hour. */
async function insertFailed(id: string, state: 'parked' | 'waiting'): Promise<void> {
  const payload = {
    customerId: `cus_${id}`,
    email: `${id}@example.com`,
    name: 'Ada',
    known: true,
    token: 'none',
  }
  await sql!`
    insert into accounts.pando_outbox
      (consumer, event_id, name, aggregate, payload, emitted_at, attempts, error, due_at, parked_at)
    values ('notifications', ${id}, 'accountRegistered', ${`cus_${id}`}, ${JSON.stringify(payload)}::text::json,
      now() - interval '2 minutes', 8, 'no room left', now() + interval '1 hour',
      case when ${state} = 'parked' then now() end)`
}

const undelivered = async () =>
  (await sql!<{ id: string }[]>`select event_id as id from accounts.pando_outbox order by 1`).map(
    ({ id }) => id,
  )
const recipients = async () =>
  (await sql!<{ to: string }[]>`select recipient as to from notifications.message`).map(({ to }) => to)

describe('pando events of a running shop', () => {
  let shop: ShopProcess
  beforeAll(async () => {
    shop = await startShopProcess({ dataDirectory, args: ['--no-sample'] })
    sql = openPool({ url: (await findEmbedded(join(dataDirectory, 'postgres')))!.url, max: 1, name: 'test' })
  }, 120_000)
  afterAll(async () => {
    await sql?.end({ timeout: 5 })
    await shop?.stop()
  })
  beforeEach(() => sql!`truncate accounts.pando_outbox, notifications.message`)

  it('lists and shows undelivered events', async () => {
    await insertFailed('evt_parked', 'parked')
    await insertFailed('evt_waiting', 'waiting')
    const { code, output } = await pando('events', 'list', '--module', 'accounts')
    expect(code).toBe(0)
    const lines = output.trim().split('\n')
    expect(lines[0]).toMatch(/^id +event +consumer +aggregate +state +tries +age +last error/)
    expect(lines[1]).toMatch(
      /^evt_parked +accounts.accountRegistered +notifications +cus_evt_parked +parked +8 +1\d\d s +no room left$/,
    )
    expect(lines[2]).toMatch(/^evt_waiting .* waiting +8 /)
    const shown = await pando('events', 'show', 'evt_parked')
    expect(JSON.parse(shown.output)).toMatchObject([
      { id: 'evt_parked', state: 'parked', payload: { token: 'none' } },
    ])
    expect(await undelivered()).toEqual(['evt_parked', 'evt_waiting'])
  }, 60_000)

  it('retries an event, which the shop then delivers', async () => {
    await insertFailed('evt_again', 'parked')
    const { code, output } = await pando('events', 'retry', 'evt_again')
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('evt_again will be retried'),
    })
    await vi.waitFor(async () => expect(await recipients()).toEqual(['evt_again@example.com']), {
      timeout: 20_000,
    })
    await vi.waitFor(async () => expect(await undelivered()).toEqual([]), { timeout: 20_000 })
  }, 60_000)

  it('discards an event only with --yes, and keeps a record of it', async () => {
    await insertFailed('evt_gone', 'parked')
    const refused = await pando('events', 'discard', 'evt_gone')
    expect(refused.code).toBe(1)
    expect(refused.output).toContain(
      'accounts.accountRegistered would never reach notifications. Confirm with --yes',
    )
    expect(await undelivered()).toEqual(['evt_gone'])
    const done = await pando('events', 'discard', 'evt_gone', '--yes')
    expect({ code: done.code, output: done.output }).toEqual({
      code: 0,
      output: expect.stringContaining('is discarded'),
    })
    expect(await undelivered()).toEqual([])
    const [row] = await sql!<{ error: string }[]>`select error from accounts.pando_discarded_event`
    expect(row).toEqual({ error: 'no room left' })
    const shown = await pando('events', 'show', 'evt_gone')
    expect(JSON.parse(shown.output)).toMatchObject([{ id: 'evt_gone', state: 'discarded' }])
    const listed = await pando('events', 'list', '--state', 'discarded')
    expect(listed.output).toMatch(/^evt_gone .* discarded +8 /m)
    const again = await pando('events', 'retry', 'evt_gone')
    expect(again.output).toMatch(/^pando: Cannot retry the event evt_gone: it was discarded at 2/)
    expect(again.code).toBe(1)
  }, 60_000)

  it('list reports that there are more events than --limit, and retry accepts several ids', async () => {
    await insertFailed('evt_one', 'parked')
    await insertFailed('evt_two', 'parked')
    const { output } = await pando('events', 'list', '--limit', '1')
    expect(output).toMatch(/^evt_one /m)
    expect(output).not.toContain('evt_two')
    expect(output).toMatch(
      /^There are more events of accounts: use --limit to list more than 1 of each module$/m,
    )
    const retried = await pando('events', 'retry', 'evt_one', 'evt_none', 'evt_two')
    expect(retried.code).toBe(1)
    expect(retried.output).toMatch(/evt_one will be retried/)
    expect(retried.output).toMatch(/evt_two will be retried/)
    expect(retried.output).toMatch(/Cannot retry the event evt_none: no event with this id/)
    await vi.waitFor(async () => expect(await undelivered()).toEqual([]), { timeout: 20_000 })
  }, 60_000)

  it.each([['show'], ['retry'], ['discard', '--yes']])(
    '%s refuses an unknown id',
    async (verb, ...rest) => {
      const { code, output } = await pando('events', verb, 'evt_unknown', ...rest)
      expect(code).toBe(1)
      expect(output).toContain(
        `Cannot ${verb} the event evt_unknown: no event with this id is waiting or parked`,
      )
    },
    60_000,
  )

  it('status, readiness, doctor and audit report a stuck outbox and its failed and parked events', async () => {
    await insertFailed('evt_parked', 'parked')
    await insertFailed('evt_waiting', 'waiting')
    const note =
      /events of accounts wait for 1\d\d s; 1 event of accounts failed several times; 1 event of accounts parked. "pando events list" shows them/
    await vi.waitFor(
      async () => {
        const response = await fetch(`${shop.origin}/health/ready`)
        expect(response.status).toBe(200)
        expect((await response.json()) as object).toMatchObject({ note: expect.stringMatching(note) })
      },
      { timeout: 20_000, interval: 500 },
    )
    const status = await pando('status')
    expect(status.output).toMatch(/^accounts +1 +2 min +1$/m)
    expect(status.output).toMatch(note)
    const doctor = await pando('doctor')
    expect(doctor.code).toBe(1)
    expect(doctor.output).toMatch(note)
    const audit = await pando('audit')
    expect(audit.code).toBe(2)
    expect(audit.output).toMatch(/outbox accounts at \d+: its oldest event has been waiting for 1\d\d s/)
    expect(audit.output).toContain('events: 1 event of accounts is parked')
    expect(audit.output).toContain('events: 1 event of accounts waits and has failed several times')
    expect(audit.output).toMatch(/^Events were discarded .* "pando events list --state discarded"/m)
  }, 120_000)
})

describe('pando events of a stopped shop', () => {
  /** Runs the shop's database during `work`. */
  async function inDatabase<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const embedded = await startEmbedded({ directory: join(dataDirectory, 'postgres') })
    sql = openPool({ url: embedded.url, max: 1, name: 'test' })
    try {
      return await work()
    } finally {
      await sql.end({ timeout: 5 })
      await embedded.stop()
    }
  }

  it('lists events without delivering them, retries and discards', async () => {
    await inDatabase(async () => {
      await sql!`truncate accounts.pando_outbox, notifications.message`
      for (const id of ['evt_a', 'evt_b']) await insertFailed(id, 'parked')
      await insertFailed('evt_due', 'waiting')
      await sql!`update accounts.pando_outbox set due_at = '-infinity' where event_id = 'evt_due'`
    })
    const list = await pando('events', 'list', '--json')
    expect((JSON.parse(list.output) as { id: string }[]).map(({ id }) => id)).toEqual([
      'evt_a',
      'evt_b',
      'evt_due',
    ])
    expect((await pando('events', 'retry', 'evt_a')).output).toContain('or when the shop starts')
    expect((await pando('events', 'discard', 'evt_b', '--yes')).code).toBe(0)
    await inDatabase(async () => {
      expect(await recipients()).toEqual([])
      expect(await undelivered()).toEqual(['evt_a', 'evt_due'])
    })
  }, 120_000)
})

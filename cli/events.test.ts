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

/** An event of a registration that its consumer has refused; where it waits, its next try is in an hour. */
async function keep(id: string, parked: boolean): Promise<void> {
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
      case when ${parked}::bool then now() end)`
}

const kept = async () =>
  (await sql!<{ id: string }[]>`select event_id as id from accounts.pando_outbox order by 1`).map(
    ({ id }) => id,
  )
const mails = async () =>
  (await sql!<{ to: string }[]>`select recipient as to from notifications.message`).map(({ to }) => to)

describe('pando events beside a running shop', () => {
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

  it('lists and shows what is kept', async () => {
    await keep('evt_parked', true)
    await keep('evt_waiting', false)
    const { code, output } = await pando('events', 'list', '--module', 'accounts')
    expect(code).toBe(0)
    const lines = output.trim().split('\n')
    expect(lines[0]).toMatch(/^id +event +for +about +state +tries +age +last error/)
    expect(lines[1]).toMatch(
      /^evt_parked +accounts.accountRegistered +notifications +cus_evt_parked +parked +8 +1\d\d s +no room left$/,
    )
    expect(lines[2]).toMatch(/^evt_waiting .* waiting +8 /)
    const shown = await pando('events', 'show', 'evt_parked')
    expect(JSON.parse(shown.output)).toMatchObject([
      { id: 'evt_parked', state: 'parked', payload: { token: 'none' } },
    ])
    expect(await kept()).toEqual(['evt_parked', 'evt_waiting'])
  }, 60_000)

  it('retries one, which the shop then delivers', async () => {
    await keep('evt_again', true)
    const { code, output } = await pando('events', 'retry', 'evt_again')
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('evt_again is tried again') })
    await vi.waitFor(async () => expect(await mails()).toEqual(['evt_again@example.com']), {
      timeout: 20_000,
    })
    await vi.waitFor(async () => expect(await kept()).toEqual([]), { timeout: 20_000 })
  }, 60_000)

  it('discards one only with --yes, and records it', async () => {
    await keep('evt_gone', true)
    const asked = await pando('events', 'discard', 'evt_gone')
    expect(asked.code).toBe(1)
    expect(asked.output).toContain('accounts.accountRegistered would never reach notifications. Say --yes')
    expect(await kept()).toEqual(['evt_gone'])
    const done = await pando('events', 'discard', 'evt_gone', '--yes')
    expect({ code: done.code, output: done.output }).toEqual({
      code: 0,
      output: expect.stringContaining('is discarded'),
    })
    expect(await kept()).toEqual([])
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

  it('says that there are more than it lists, and retries several', async () => {
    await keep('evt_one', true)
    await keep('evt_two', true)
    const { output } = await pando('events', 'list', '--limit', '1')
    expect(output).toMatch(/^evt_one /m)
    expect(output).not.toContain('evt_two')
    expect(output).toMatch(/^There are more of accounts: --limit shows more than 1 of each$/m)
    const retried = await pando('events', 'retry', 'evt_one', 'evt_none', 'evt_two')
    expect(retried.code).toBe(1)
    expect(retried.output).toMatch(/evt_one is tried again/)
    expect(retried.output).toMatch(/evt_two is tried again/)
    expect(retried.output).toMatch(/Cannot retry the event evt_none: none with this id/)
    await vi.waitFor(async () => expect(await kept()).toEqual([]), { timeout: 20_000 })
  }, 60_000)

  it.each([['show'], ['retry'], ['discard', '--yes']])(
    '%s says that it does not know an id',
    async (verb, ...rest) => {
      const { code, output } = await pando('events', verb, 'evt_unknown', ...rest)
      expect(code).toBe(1)
      expect(output).toContain(`Cannot ${verb} the event evt_unknown: none with this id waits or is parked`)
    },
    60_000,
  )

  it('is what status, ready, doctor and audit speak of while an outbox is stuck or has parked events', async () => {
    await keep('evt_parked', true)
    await keep('evt_waiting', false)
    const note =
      /events of accounts wait for 1\d\d s; 1 event of accounts parked. "pando events list" shows them/
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
    expect(doctor.output).toMatch(note)
    const audit = await pando('audit')
    expect(audit.code).toBe(2)
    expect(audit.output).toMatch(
      /outbox accounts at \d+: its oldest event waits for 1\d\d s and does not move/,
    )
    expect(audit.output).toMatch(/accounts.*parked/)
    expect(audit.output).toMatch(/^Events have been discarded .* "pando events list --state discarded"/m)
  }, 120_000)
})

describe('pando events of a shop that is stopped', () => {
  /** With the shop's database, as long as `work` takes. */
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

  it('lists without delivering anything, retries and discards', async () => {
    await inDatabase(async () => {
      await sql!`truncate accounts.pando_outbox, notifications.message`
      for (const id of ['evt_a', 'evt_b']) await keep(id, true)
      await keep('evt_due', false)
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
      expect(await mails()).toEqual([])
      expect(await kept()).toEqual(['evt_a', 'evt_due'])
    })
  }, 120_000)
})

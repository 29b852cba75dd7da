import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '#shared/random.ts'
import { createDatabase } from '#tests/support/database.ts'
import { Connection } from './connection.ts'
import { isUnreachable, sqlState } from './errors.ts'
import { openPool, type Pool } from './pool.ts'
import { type Row, type Sql, sqlOf } from './sql.ts'

/** More rounds: `PANDO_TEST_FUZZ=500 npx vitest run runtime/database/connection.fuzz.test.ts`. */
const ROUNDS = Number(process.env.PANDO_TEST_FUZZ ?? 12)
const STATEMENTS = 60
const NAME = 'fuzzed'

type Outcome = { rows: Row[]; count: number } | { refused: string | undefined } | 'lost' | 'cancelled'
/** A random integer from 0 to `limit - 1`. */
type Draw = (limit: number) => number

/** A statement whose result depends neither on the time nor on the connection. */
type Query = (sql: Sql) => Promise<Row[]>

/** Strings that could break out of a frame, an array or a literal. */
const TEXTS = [
  '',
  'a',
  '{"b"}',
  "'; select 1; --",
  '\\',
  'ü👍',
  'x'.repeat(70_000),
  'NULL',
  'line\nbreak',
  '"',
]

function drawQuery(next: Draw): Query {
  const text = TEXTS[next(TEXTS.length)]!
  const number = next(1_000_000)
  const flag = next(2) === 0
  const [few, many, denominator, id] = [next(3), next(300), next(2), next(20)]
  const bytes = Buffer.from(Array.from({ length: next(40) }, () => next(256)))
  const queries: Query[] = [
    (sql) => sql`select ${number}::int as number, ${flag}::boolean as flag, ${text}::text as text`,
    (sql) => sql`select ${sql.json({ text, number, flag })}::jsonb as json, ${bytes}::bytea as bytes`,
    (sql) => sql`select ${[text, null, 'b']}::text[] as texts, ${[number, 1]}::bigint[] as numbers`,
    (sql) => sql`select ${new Date(number * 1000)}::timestamptz as at, null as nothing`,
    (sql) => sql`select n, repeat('y', ${many}::int) as filler from generate_series(1, ${many}::int) n`,
    (sql) => sql`select ${number}::int / ${denominator}::int as divided`,
    (sql) => sql`select kept from fuzz where kept = ${id}`,
    (sql) => sql`insert into fuzz (kept) values (${id % 10}) returning kept`,
    (sql) => sql`select nothing from there_is_no_such_table where id = ${number}`,
    (sql) => sql`selekt ${number}`,
    (sql) => sql`select ${text}::int as number`,
    (sql) => sql.unsafe(`select ${number} as number; select ${number + 1} as number`),
    (sql) => sql.unsafe(`select 1; select 1 / 0; select 2`),
    (sql) => sql.unsafe(''),
    (sql) => sql`select pg_sleep(${few / 1000})::text as slept, ${number}::int as number`,
    // Fails before it is sent.
    (sql) => sql`select ${Symbol('no value') as never}`,
  ]
  return queries[next(queries.length)]!
}

async function outcomeOf(result: Promise<Row[]>): Promise<Outcome> {
  try {
    const rows = await result
    return { rows: [...rows], count: (rows as unknown as { count: number }).count }
  } catch (error) {
    // 57014 query_canceled
    if (sqlState(error) === '57014') return 'cancelled'
    return isUnreachable(error) ? 'lost' : { refused: sqlState(error) ?? (error as Error).message }
  }
}

describe('many statements', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let admin: Pool

  beforeAll(async () => {
    database = await createDatabase()
    admin = openPool({ url: database.url, max: 1, name: 'admin' })
    // Rows 0 to 9 exist, so inserting one of them again is refused.
    await admin`create table fuzz (kept int primary key)`
    await admin`insert into fuzz select generate_series(0, 9)`
  })
  afterAll(async () => {
    await admin.end()
    await database.drop()
  })

  const interrupt = async (how: 'pg_cancel_backend' | 'pg_terminate_backend') =>
    void (await admin.unsafe(`select ${how}(pid) from pg_stat_activity where application_name = '${NAME}'`))

  const seen = { cancelled: 0, lost: 0, refused: 0, answered: 0 }

  /** Runs the same queries one by one on one connection, and pipelined in bursts on another, while `disturb` runs. */
  async function compare(seed: number, disturb: (next: Draw) => Promise<unknown>) {
    const random = seededRandom(seed)
    const next: Draw = (limit) => Math.floor(random() * limit)
    const queries = Array.from({ length: STATEMENTS }, () => drawQuery(next))
    const sequential = new Connection({ url: database.url, name: 'sequential' })
    const expected: Outcome[] = []
    for (const query of queries) expected.push(await outcomeOf(query(sqlOf(sequential))))
    await sequential.close(1000)
    const shared = new Connection({ url: database.url, name: NAME })
    await sqlOf(shared)`select 1`
    const outcomes: Promise<Outcome>[] = []
    const disturbedAt = next(STATEMENTS)
    let disturbed: Promise<unknown> | undefined
    for (const [i, query] of queries.entries()) {
      if (i === disturbedAt) disturbed = disturb(next)
      outcomes.push(outcomeOf(query(sqlOf(shared))))
      if (next(8) === 0) await Promise.race(outcomes.slice(-3))
    }
    const actual = await Promise.all(outcomes)
    for (const outcome of actual)
      seen[typeof outcome === 'string' ? outcome : 'refused' in outcome ? 'refused' : 'answered']++
    await disturbed
    await shared.close(1000)
    return { expected, actual }
  }

  for (let seed = 1; seed <= ROUNDS; seed++) {
    it(`in one pipeline have the same results as one by one (seed ${seed})`, async () => {
      const { expected, actual } = await compare(seed, async () => {})
      // When a text cannot be prepared, statements with it that are already in the pipeline fail as unknown. A pool
      // would send them again.
      const compared = actual.map((outcome, i) =>
        isUnknown(outcome) && 'refused' in (expected[i] as object) ? expected[i] : outcome,
      )
      expect(compared).toEqual(expected)
    })

    it(`in one pipeline are each cancelled or answered correctly while pg_cancel_backend() runs (seed ${seed})`, async () => {
      const { expected, actual } = await compare(seed, async (next) => {
        for (let i = 0; i < 20; i++) {
          await admin`select pg_sleep(${next(4) / 1000})`
          await interrupt('pg_cancel_backend')
        }
      })
      for (const [i, outcome] of actual.entries())
        if (outcome !== 'cancelled' && !isUnknown(outcome)) expect(outcome).toEqual(expected[i])
    })

    it(`in one pipeline are each lost or answered correctly when the connection is killed (seed ${seed})`, async () => {
      const { expected, actual } = await compare(seed, () => interrupt('pg_terminate_backend'))
      for (const [i, outcome] of actual.entries())
        if (outcome !== 'lost' && !isUnknown(outcome)) expect(outcome).toEqual(expected[i])
    })
  }

  it('on a pool of two connections have the same results as one by one, even when some cannot be prepared', async () => {
    const sql = openPool({ url: database.url, max: 2, name: NAME })
    for (let round = 0; round < 20; round++) {
      const random = seededRandom(1000 + round)
      const queries = Array.from({ length: STATEMENTS }, () =>
        drawQuery((limit) => Math.floor(random() * limit)),
      )
      const actual = await Promise.all(queries.map((query) => outcomeOf(query(sql))))
      const sequential = new Connection({ url: database.url, name: 'sequential' })
      for (const [i, query] of queries.entries())
        expect(actual[i]).toEqual(await outcomeOf(query(sqlOf(sequential))))
      await sequential.close(1000)
    }
    await sql.end()
  })

  it('with the same text that cannot be prepared all fail with the reason, and none with "unknown statement"', async () => {
    const sql = openPool({ url: database.url, max: 2, name: NAME })
    const run = (id: number) => outcomeOf(sql`select nothing from there_is_no_such_table where id = ${id}`)
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, id) => run(id)))
    // 42P01 undefined_table
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify({ refused: '42P01' })]),
    )
    await sql.end()
  })

  it('have covered every kind of outcome', () => {
    for (const [kind, times] of Object.entries(seen)) expect(times, kind).toBeGreaterThan(0)
  })

  /** 26000 invalid_sql_statement_name. */
  function isUnknown(outcome: Outcome | undefined): boolean {
    return typeof outcome === 'object' && 'refused' in outcome && outcome.refused === '26000'
  }
})

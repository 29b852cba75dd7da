import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { randomFrom } from '#tests/support/random.ts'
import { Connection } from './connection.ts'
import { isUnreachable, sqlState } from './errors.ts'
import { openPool, type Pool } from './pool.ts'
import { type Row, type Sql, sqlOf } from './sql.ts'

/** More rounds: `PANDO_TEST_FUZZ=500 npx vitest run runtime/database/connection.fuzz.test.ts`. */
const ROUNDS = Number(process.env.PANDO_TEST_FUZZ ?? 12)
const STATEMENTS = 60
const NAME = 'fuzzed'

type Outcome = { rows: Row[]; count: number } | { refused: string | undefined } | 'lost' | 'cancelled'
type Draw = (below: number) => number

/** A statement that answers the same whenever and wherever it is sent. */
type Question = (sql: Sql) => Promise<Row[]>

/** Strings with what could break out of a frame, an array or a text. */
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

function draw(next: Draw): Question {
  const text = TEXTS[next(TEXTS.length)]!
  const number = next(1_000_000)
  const flag = next(2) === 0
  const [few, many, denominator, known] = [next(3), next(300), next(2), next(20)]
  const bytes = Buffer.from(Array.from({ length: next(40) }, () => next(256)))
  const questions: Question[] = [
    (sql) => sql`select ${number}::int as number, ${flag}::boolean as flag, ${text}::text as text`,
    (sql) => sql`select ${sql.json({ text, number, flag })}::jsonb as json, ${bytes}::bytea as bytes`,
    (sql) => sql`select ${[text, null, 'b']}::text[] as texts, ${[number, 1]}::bigint[] as numbers`,
    (sql) => sql`select ${new Date(number * 1000)}::timestamptz as at, null as nothing`,
    (sql) => sql`select n, repeat('y', ${many}::int) as filler from generate_series(1, ${many}::int) n`,
    (sql) => sql`select ${number}::int / ${denominator}::int as divided`,
    (sql) => sql`select kept from fuzz where kept = ${known}`,
    (sql) => sql`insert into fuzz (kept) values (${known % 10}) returning kept`,
    (sql) => sql`select nothing from there_is_no_such_table where id = ${number}`,
    (sql) => sql`selekt ${number}`,
    (sql) => sql`select ${text}::int as number`,
    (sql) => sql.unsafe(`select ${number} as number; select ${number + 1} as number`),
    (sql) => sql.unsafe(`select 1; select 1 / 0; select 2`),
    (sql) => sql.unsafe(''),
    (sql) => sql`select pg_sleep(${few / 1000})::text as slept, ${number}::int as number`,
    // Refused before it is sent
    (sql) => sql`select ${Symbol('no value') as never}`,
  ]
  return questions[next(questions.length)]!
}

async function outcomeOf(asked: Promise<Row[]>): Promise<Outcome> {
  try {
    const rows = await asked
    return { rows: [...rows], count: (rows as unknown as { count: number }).count }
  } catch (error) {
    if (sqlState(error) === '57014') return 'cancelled'
    return isUnreachable(error) ? 'lost' : { refused: sqlState(error) ?? (error as Error).message }
  }
}

describe('many statements on one connection', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let admin: Pool

  beforeAll(async () => {
    database = await createDatabase()
    admin = openPool({ url: database.url, max: 1, name: 'admin' })
    // Rows 0 to 9 are there, so that an insert of one is refused, always.
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

  /** Asks all at once on a pipelined connection, some of them in bursts, and each alone on another. */
  async function compare(seed: number, disturb: (next: Draw) => Promise<unknown>) {
    const random = randomFrom(seed)
    const next: Draw = (below) => Math.floor(random() * below)
    const questions = Array.from({ length: STATEMENTS }, () => draw(next))
    const alone = new Connection({ url: database.url, name: 'alone' })
    const expected: Outcome[] = []
    for (const question of questions) expected.push(await outcomeOf(question(sqlOf(alone))))
    await alone.close(1000)
    const shared = new Connection({ url: database.url, name: NAME })
    await sqlOf(shared)`select 1`
    const asked: Promise<Outcome>[] = []
    const disturbedAt = next(STATEMENTS)
    let disturbed: Promise<unknown> | undefined
    for (const [i, question] of questions.entries()) {
      if (i === disturbedAt) disturbed = disturb(next)
      asked.push(outcomeOf(question(sqlOf(shared))))
      if (next(8) === 0) await Promise.race(asked.slice(-3))
    }
    const found = await Promise.all(asked)
    for (const outcome of found)
      seen[typeof outcome === 'string' ? outcome : 'refused' in outcome ? 'refused' : 'answered']++
    await disturbed
    await shared.close(1000)
    return { expected, found }
  }

  for (let seed = 1; seed <= ROUNDS; seed++) {
    it(`are answered as if each was alone (seed ${seed})`, async () => {
      const { expected, found } = await compare(seed, async () => {})
      // Behind a statement that could not be prepared, one of the same text is unknown: the pool sends it again.
      const judged = found.map((outcome, i) =>
        isUnknown(outcome) && 'refused' in (expected[i] as object) ? expected[i] : outcome,
      )
      expect(judged).toEqual(expected)
    })

    it(`are cancelled or answered, and never answered wrongly (seed ${seed})`, async () => {
      const { expected, found } = await compare(seed, async (next) => {
        for (let i = 0; i < 20; i++) {
          await admin`select pg_sleep(${next(4) / 1000})`
          await interrupt('pg_cancel_backend')
        }
      })
      for (const [i, outcome] of found.entries())
        if (outcome !== 'cancelled' && !isUnknown(outcome)) expect(outcome).toEqual(expected[i])
    })

    it(`are lost or answered when the connection is killed, and never answered wrongly (seed ${seed})`, async () => {
      const { expected, found } = await compare(seed, () => interrupt('pg_terminate_backend'))
      for (const [i, outcome] of found.entries())
        if (outcome !== 'lost' && !isUnknown(outcome)) expect(outcome).toEqual(expected[i])
    })
  }

  it('of a pool are answered as if each was alone, whichever of them PostgreSQL cannot prepare', async () => {
    const sql = openPool({ url: database.url, max: 2, name: NAME })
    for (let round = 0; round < 20; round++) {
      const random = randomFrom(1000 + round)
      const questions = Array.from({ length: STATEMENTS }, () =>
        draw((below) => Math.floor(random() * below)),
      )
      const found = await Promise.all(questions.map((question) => outcomeOf(question(sql))))
      const alone = new Connection({ url: database.url, name: 'alone' })
      for (const [i, question] of questions.entries())
        expect(found[i]).toEqual(await outcomeOf(question(sqlOf(alone))))
      await alone.close(1000)
    }
    await sql.end()
  })

  it('with one text that PostgreSQL cannot prepare are all told why, however many travel together', async () => {
    const sql = openPool({ url: database.url, max: 2, name: NAME })
    const ask = (id: number) => outcomeOf(sql`select nothing from there_is_no_such_table where id = ${id}`)
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, id) => ask(id)))
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify({ refused: '42P01' })]),
    )
    await sql.end()
  })

  it('have met all that can become of a statement', () => {
    for (const [kind, times] of Object.entries(seen)) expect(times, kind).toBeGreaterThan(0)
  })

  function isUnknown(outcome: Outcome | undefined): boolean {
    return typeof outcome === 'object' && 'refused' in outcome && outcome.refused === '26000'
  }
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { openPool, type Pool } from './pool.ts'

describe('arrays', () => {
  let sql: Pool
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await createDatabase()
    url = database.url
    sql = openPool({ url, max: 1, name: 'arrays' })
    drop = database.drop
  })
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await drop()
  })

  const odd = ['', 'NULL', 'null', 'a,b', '{x}', '"', '\\', '\\"', ' ', 'line\nbreak', 'ü', '👍']
  const cases: [type: string, values: unknown[]][] = [
    ['text', odd],
    ['text', []],
    ['text', ['a', null, 'b']],
    ['varchar', odd],
    ['uuid', ['7f3c3a52-3f0a-4a6e-9a0c-3c6d1d1d8f10']],
    ['int', [1, -2, null]],
    ['smallint', [3]],
    ['bigint', [2 ** 40, 0]],
    ['double precision', [0.5]],
    ['numeric', ['0.10', '12345678901234567890']],
    ['jsonb', [{ a: [1, '"\\'] }, 'text', 7]],
    [
      'text',
      [
        ['a', 'b'],
        ['c', null],
      ],
    ],
  ]
  for (const [type, values] of cases) {
    it(`of ${type} survive a round trip: ${JSON.stringify(values)}`, async () => {
      const [row] = await sql.unsafe(`select $1::${type}[] as list`, [
        type === 'jsonb' ? values.map((value) => sql.json(value)) : (values as string[]),
      ])
      expect(row!.list).toEqual(values)
    })
  }

  it('of timestamps become dates, and of booleans become booleans', async () => {
    const [row] = await sql`
      select array['2030-01-02T03:04:05Z'::timestamptz, null] as times, array[true, false, null] as flags`
    expect(row).toEqual({ times: [new Date('2030-01-02T03:04:05Z'), null], flags: [true, false, null] })
  })

  it('need no cast in a comparison', async () => {
    const list = ['b', 'c,d']
    const rows =
      await sql`select name from (values ('a'), ('b'), ('c,d')) as v (name) where name = any(${list})`
    expect(rows.map(({ name }) => name)).toEqual(list)
  })

  it('with a lower bound other than 1 are read like others', async () => {
    const [row] = await sql`select '[2:3]={7,8}'::int[] as shifted`
    expect(row!.shifted).toEqual([7, 8])
  })

  it('need no extra statement on a new connection', async () => {
    const statements: string[] = []
    const other = openPool({ url, max: 1, name: 'arrays', onStatement: (text) => statements.push(text) })
    await other`select 1`
    await other.end({ timeout: 5 })
    expect(statements).toEqual(['select 1'])
  })
})

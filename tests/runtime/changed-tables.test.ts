import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPool, type Pool, type Sql } from '#runtime/database/pool.ts'
import { transaction } from '#runtime/database/transaction.ts'
import { createDatabase } from '#tests/support/database.ts'

/** Number of changes of the table while it is read and written. */
const CHANGES = 20

describe('a table that changes while statements on it run', () => {
  let sql: Pool
  let admin: Pool
  let database: Awaited<ReturnType<typeof createDatabase>>

  beforeAll(async () => {
    database = await createDatabase()
    admin = openPool({ url: database.url, max: 1, name: 'admin' })
    sql = openPool({ url: database.url, max: 2, transactions: 6, name: 'shop' })
    await admin`create table intent (id int primary key, captured boolean not null, facts jsonb not null, hash bytea not null,
      tags text[] not null, at timestamptz not null)`
  })
  afterAll(async () => {
    await sql.end()
    await admin.end()
    await database.drop()
  })

  const valuesOf = (id: number) => ({
    captured: id % 2 === 0,
    facts: { id, text: `"${id}"`, list: [true, null] },
    hash: Buffer.from([id % 256, 0, 255]),
    tags: ['a,b', `${id}`],
    at: new Date(1_700_000_000_000 + id),
  })

  /** Uses `returning *`, so that the columns of the result change with the table. */
  const insertWith = (id: number, execute: Sql) => {
    const { captured, facts, hash, tags, at } = valuesOf(id)
    return execute`
      insert into intent (id, captured, facts, hash, tags, at)
      values (${id}, ${captured}, ${execute.json(facts)}, ${hash}, ${tags}, ${at}) returning *`
  }

  it('loses no value, changes none, and fails no statement', async () => {
    let id = 0
    let isOver = false
    const written: number[] = []
    const write = async (inTransaction: boolean) => {
      while (!isOver) {
        const mine = ++id
        const [row] = inTransaction
          ? await transaction(sql, async (tx) => {
              await tx`select count(*) from intent where id = ${mine}`
              return insertWith(mine, tx)
            })
          : await insertWith(mine, sql)
        expect(row).toMatchObject(valuesOf(mine))
        written.push(mine)
      }
    }
    const writers = [false, false, ...Array.from({ length: 6 }, () => true)].map(write)
    // Each change comes after 20 more rows, so that the statements are prepared for the current columns
    for (let change = 1; change <= CHANGES; change++) {
      const before = written.length
      await expect.poll(() => written.length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(before + 20)
      await admin.unsafe(
        change % 3 === 0
          ? `alter table intent drop column column_${change - 1}`
          : `alter table intent add column column_${change} text not null default 'x'`,
      )
    }
    isOver = true
    await Promise.all(writers)
    const rows = await admin`select id, captured, facts, hash, tags, at from intent order by id`
    expect(rows.map((row) => row.id)).toEqual(written.toSorted((a, b) => a - b))
    for (const { id: mine, ...row } of rows) expect(row).toEqual(valuesOf(mine))
  }, 60_000)
})

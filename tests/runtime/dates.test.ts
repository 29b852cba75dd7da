import { afterAll, beforeAll, expect, it } from 'vitest'
import { sqlState } from '#runtime/database/errors.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import { transaction } from '#runtime/database/transaction.ts'
import { createDatabase } from '#tests/support/database.ts'

let sql: Pool
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createDatabase()
  sql = openPool({ url: database.url, max: 1, name: 'test' })
  drop = database.drop
})
afterAll(async () => {
  await sql.end({ timeout: 5 })
  await drop()
})

it('an invalid date is refused by the database, and the connection stays usable', async () => {
  for (let time = 0; time < 3; time++) {
    const outcome = await transaction(sql, (tx) => tx`select ${new Date('not a date')}::timestamptz`).catch(
      sqlState,
    )
    // 22007 invalid_datetime_format
    expect(outcome).toBe('22007')
    const [row] = await sql<{ now: Date }[]>`select ${new Date(0)}::timestamptz as now`
    expect(row!.now.getTime()).toBe(0)
  }
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { sqlState } from './errors.ts'
import { openPool, type Pool } from './pool.ts'
import { transaction } from './transaction.ts'

describe('transaction()', () => {
  let sql: Pool
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await createDatabase()
    sql = openPool({ url: database.url, max: 2, name: 'test' })
    drop = database.drop
    await sql`create table kept (id int primary key)`
    await sql`create sequence attempts`
  })
  afterAll(async () => {
    await sql.end()
    await drop()
  })

  it('fails with the error of its first failed statement, not with the errors of the statements after it', async () => {
    const parallel = transaction(sql, (tx) =>
      Promise.all([tx`select 1`, tx`insert into kept values (1), (1)`, tx`select 2`, tx`select 2`]),
    )
    // 23505 unique_violation
    expect(sqlState(await parallel.catch((error: unknown) => error))).toBe('23505')
    const hidden = transaction(sql, async (tx) => {
      await tx`select 1 / 0`.catch(() => {})
      await tx`select 1`
    })
    // 22012 division_by_zero
    expect(sqlState(await hidden.catch((error: unknown) => error))).toBe('22012')
    expect(await sql`select id from kept`).toEqual([])
  })

  it('fails when the error of its last statement was swallowed', async () => {
    const swallowed = transaction(sql, async (tx) => {
      await tx`select 1 / 0`.catch(() => {})
    })
    await expect(swallowed).rejects.toThrow('its error was swallowed')
  })

  // PostgreSQL answers a write with XX000 when a publication of its table is dropped at the same moment.
  it('runs again when a publication was dropped at the same time', async () => {
    let attempts = 0
    const answer = await transaction(sql, async (tx) => {
      attempts++
      await tx`insert into kept values (2)`
      if (attempts === 1)
        await tx.unsafe(`do $$ begin
          raise exception using errcode = 'XX000', message = 'cache lookup failed for publication 16459';
        end $$`)
      return 'written'
    })
    expect({ answer, attempts }).toEqual({ answer: 'written', attempts: 2 })
    expect(await sql`select id from kept`).toEqual([{ id: 2 }])
  })

  it('is not needed to resend a single statement when a publication was dropped at the same time', async () => {
    await sql.unsafe(`create function refuse_once() returns int language plpgsql as $$ begin
      if nextval('attempts') = 1 then
        raise exception using errcode = 'XX000', message = 'cache lookup failed for publication 16459';
      end if;
      return 7;
    end $$`)
    expect(await sql`select refuse_once() as answer`).toEqual([{ answer: 7 }])
  })
})

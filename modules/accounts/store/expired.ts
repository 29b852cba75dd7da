import type { Sql } from '#runtime/database/pool.ts'

/** Deletes expired rows, up to `limit` per table, and returns their number. */
export async function deleteExpired(sql: Sql, now: Date, limit: number): Promise<number> {
  const [row] = await sql<{ deleted: number }[]>`
    with sessions as (
      delete from accounts.session where id = any(array(
        select id from accounts.session where expires_at <= ${now} limit ${limit} for update skip locked))
      returning 1
    ), tokens as (
      delete from accounts.mail_token where token_hash = any(array(
        select token_hash from accounts.mail_token where expires_at <= ${now} limit ${limit} for update skip locked))
      returning 1
    ), attempts as (
      delete from accounts.failed_attempt where subject = any(array(
        select subject from accounts.failed_attempt where window_ends_at <= ${now} limit ${limit} for update skip locked))
      returning 1
    ), devices as (
      delete from accounts.device where token_hash = any(array(
        select token_hash from accounts.device where expires_at <= ${now} limit ${limit} for update skip locked))
      returning 1
    )
    select (select count(*) from devices) + (select count(*) from sessions) + (select count(*) from tokens) + (select count(*) from attempts) as deleted`
  return row!.deleted
}

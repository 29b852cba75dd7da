import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '../database/sql.ts'

/** Writes a marker, which follows all that was committed before it to the other side. */
export async function sendMarker(sql: Sql, relocation: string, nonce: string): Promise<void> {
  await sql`insert into pando.replication_marker (relocation, nonce) values (${relocation}, ${nonce}) on conflict do nothing`
}

/** Whether a marker has come. */
export async function hasMarker(sql: Sql, relocation: string, nonce: string): Promise<boolean> {
  const rows = await sql`
    select from pando.replication_marker where relocation = ${relocation} and nonce = ${nonce}`
  return rows.length > 0
}

/** Asks for a marker every other millisecond; false when it has not come in time. */
export async function awaitMarker(
  sql: Sql,
  relocation: string,
  nonce: string,
  timeoutMs: number,
): Promise<boolean> {
  const until = performance.now() + timeoutMs
  while (!(await hasMarker(sql, relocation, nonce))) {
    if (performance.now() > until) return false
    await sleep(1)
  }
  return true
}

/** How long one way takes, in milliseconds; undefined when it took longer than `timeoutMs`. */
export async function measureLag(
  { giver, taker }: { giver: Sql; taker: Sql },
  relocation: string,
  timeoutMs: number,
): Promise<number | undefined> {
  const nonce = crypto.randomUUID()
  const began = performance.now()
  await sendMarker(giver, relocation, nonce)
  const came = await awaitMarker(taker, relocation, nonce, timeoutMs)
  return came ? performance.now() - began : undefined
}

/** Deletes the markers of a relocation that has ended; those that still come are of no harm. */
export async function deleteMarkers(sql: Sql, relocation: string): Promise<void> {
  await sql`delete from pando.replication_marker where relocation = ${relocation}`
}

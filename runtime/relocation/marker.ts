import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '../database/sql.ts'

/** Writes a marker. Replication delivers it to the other side after all earlier commits. */
export async function sendMarker(sql: Sql, relocation: string, nonce: string): Promise<void> {
  await sql`insert into pando.replication_marker (relocation, nonce) values (${relocation}, ${nonce}) on conflict do nothing`
}

/** Whether a marker has arrived. */
export async function hasMarker(sql: Sql, relocation: string, nonce: string): Promise<boolean> {
  const rows = await sql`
    select from pando.replication_marker where relocation = ${relocation} and nonce = ${nonce}`
  return rows.length > 0
}

/** Waits for a marker, and returns whether it arrived within `timeoutMs`. Checks about once a millisecond. */
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

/** Measures the replication lag in milliseconds; undefined when it is longer than `timeoutMs`. */
export async function measureLag(
  { sender, receiver }: { sender: Sql; receiver: Sql },
  relocation: string,
  timeoutMs: number,
): Promise<number | undefined> {
  const nonce = crypto.randomUUID()
  const began = performance.now()
  await sendMarker(sender, relocation, nonce)
  const hasArrived = await awaitMarker(receiver, relocation, nonce, timeoutMs)
  return hasArrived ? performance.now() - began : undefined
}

/** Deletes the markers of a finished relocation. Markers that still arrive later are harmless. */
export async function deleteMarkers(sql: Sql, relocation: string): Promise<void> {
  await sql`delete from pando.replication_marker where relocation = ${relocation}`
}

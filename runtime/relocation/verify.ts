import { countOf } from '#shared/text.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'
import { isBusy } from './fence.ts'
import { awaitMarker, sendMarker } from './marker.ts'
import { holdSnapshot, type Snapshot } from './snapshot.ts'
import { listTables } from './tables.ts'

/** The number of rows and a checksum of the contents of a table. */
interface Digest {
  rows: number
  checksum: string
}

export interface Comparison {
  /** The number of rows in all tables at the source. */
  rows: number
  /** One message for each table that differs. */
  differences: string[]
}

/** Compares the row counts and checksums of all tables that move, in two snapshots. */
export async function compareSnapshots(
  source: Sql,
  target: Sql,
  modules: readonly string[],
): Promise<Comparison> {
  const [atSource, atTarget] = await Promise.all([digest(source, modules), digest(target, modules)])
  const differences = [...new Set([...atSource.keys(), ...atTarget.keys()])].flatMap((table) => {
    const [a, b] = [atSource.get(table), atTarget.get(table)]
    if (!a || !b) return [`${table} is missing at the ${a ? 'target' : 'source'}`]
    if (a.rows !== b.rows)
      return [`${table} has ${countOf(a.rows, 'row')} at the source and ${b.rows} at the target`]
    return a.checksum === b.checksum
      ? []
      : [`${table} has ${countOf(a.rows, 'row')} on both sides, but different contents`]
  })
  return { rows: [...atSource.values()].reduce((sum, each) => sum + each.rows, 0), differences }
}

async function digest(sql: Sql, modules: readonly string[]): Promise<Map<string, Digest>> {
  // Equal rows must have the same text on both sides.
  await sql.unsafe(
    "set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; " +
      "set local extra_float_digits = 1; set local bytea_output = 'hex'",
  )
  const digests = new Map<string, Digest>()
  for (const { quoted, schema, name } of await listTables(sql, modules)) {
    const [row] = await sql.unsafe<[Digest]>(
      `select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as checksum from ${quoted} as t`,
    )
    digests.set(`${schema}.${name}`, { rows: row.rows, checksum: row.checksum })
  }
  return digests
}

/** The limits of two waits during which writers at the target wait too. */
const LOCK_MS = 250
const MARKER_TIMEOUT_MS = 300

/**
 * Takes two snapshots of the same state after the modules have moved to the target. Writes at the target wait until the
 * reverse replication has delivered all earlier ones to the source, usually for tens of milliseconds. Undefined when
 * the locks or the replication take too long.
 */
export async function matchingSnapshots(
  { source, target }: { source: Pool; target: Pool },
  relocation: string,
  modules: readonly string[],
): Promise<{ source: Snapshot; target: Snapshot } | undefined> {
  const tables = (await listTables(target, modules)).map((table) => table.quoted)
  const nonce = crypto.randomUUID()
  try {
    return await transaction(target, async (tx) => {
      const timeout = String(LOCK_MS)
      await tx`select set_config('lock_timeout', ${timeout}, true), set_config('statement_timeout', ${timeout}, true)`
      await tx.unsafe(`lock table ${tables.join(', ')} in share row exclusive mode`)
      await sendMarker(target, relocation, nonce)
      if (!(await awaitMarker(source, relocation, nonce, MARKER_TIMEOUT_MS))) return undefined
      const [atSource, atTarget] = await Promise.all([holdSnapshot(source), holdSnapshot(target)])
      return { source: atSource, target: atTarget }
    })
  } catch (error) {
    if (!isBusy(error)) throw error
    return undefined
  }
}

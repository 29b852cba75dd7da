import { sqlState } from '../database/errors.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'
import { awaitMarker, sendMarker } from './marker.ts'
import { holdSnapshot, type Snapshot } from './snapshot.ts'
import { listTables } from './tables.ts'

/** What a table holds, in two numbers. */
interface Digest {
  rows: number
  checksum: string
}

export interface Comparison {
  rows: number
  /** Each with the table's name and both counts; none when all is equal. */
  differences: string[]
}

/** Counts and checksums of all tables that move, in two databases at once, as they are in these snapshots. */
export async function compareSnapshots(
  source: Sql,
  target: Sql,
  modules: readonly string[],
): Promise<Comparison> {
  const [left, right] = await Promise.all([digest(source, modules), digest(target, modules)])
  const differences = [...new Set([...left.keys(), ...right.keys()])].flatMap((table) => {
    const [a, b] = [left.get(table), right.get(table)]
    if (!a || !b) return [`${table} is missing at the ${a ? 'target' : 'source'}`]
    if (a.rows !== b.rows) return [`${table} has ${a.rows} rows at the source and ${b.rows} at the target`]
    return a.checksum === b.checksum ? [] : [`${table} has ${a.rows} rows on both sides, but other contents`]
  })
  return { rows: [...left.values()].reduce((sum, each) => sum + each.rows, 0), differences }
}

async function digest(sql: Sql, modules: readonly string[]): Promise<Map<string, Digest>> {
  // Rows as text must look the same on both sides.
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

/**
 * Two snapshots of the same state, after the modules have moved: writes at the taker wait until all earlier ones have
 * come to the giver by the way back, some ten milliseconds. Undefined when the locks or the replication take too long.
 */
export async function snapshotsInStep(
  { giver, taker }: { giver: Pool; taker: Pool },
  relocation: string,
  modules: readonly string[],
): Promise<{ giver: Snapshot; taker: Snapshot } | undefined> {
  const tables = (await listTables(taker, modules)).map((table) => table.quoted)
  const nonce = crypto.randomUUID()
  try {
    return await transaction(taker, async (tx) => {
      await tx`select set_config('lock_timeout', '250', true), set_config('statement_timeout', '250', true)`
      await tx.unsafe(`lock table ${tables.join(', ')} in share row exclusive mode`)
      await sendMarker(taker, relocation, nonce)
      if (!(await awaitMarker(giver, relocation, nonce, 300))) return undefined
      const [left, right] = await Promise.all([holdSnapshot(giver), holdSnapshot(taker)])
      return { giver: left, taker: right }
    })
  } catch (error) {
    if (!['55P03', '57014', '40P01'].includes(sqlState(error) ?? '')) throw error
    return undefined
  }
}

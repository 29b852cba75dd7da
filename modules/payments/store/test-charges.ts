import type { Sql } from '#runtime/database/pool.ts'
import type { TestCharge } from '../providers/test/ledger.ts'

/** A charge with its version, for optimistic locking. */
export interface VersionedCharge {
  charge: TestCharge
  version: number
}

interface ChargeRow {
  key: string
  reference: string
  token: string
  amount: number
  currency: string
  capture: TestCharge['capture']
  status: TestCharge['status']
  captured: number
  refunded: number
  reason: string | null
  action_url: string | null
  version: number
}

/** Adds a charge. Returns false if the key exists. */
export async function insertCharge(sql: Sql, charge: TestCharge): Promise<boolean> {
  const rows = await sql`
    insert into payments.test_charge
      (key, reference, token, amount, currency, capture, status, captured, refunded, reason, action_url, version)
    values (${charge.key}, ${charge.reference}, ${charge.token}, ${charge.amount}, ${charge.currency}, ${charge.capture},
      ${charge.status}, ${charge.captured}, ${charge.refunded}, ${charge.reason}, ${charge.actionUrl}, 1)
    on conflict (key) do nothing
    returning 1`
  return rows.length === 1
}

/** Writes a changed charge. Returns false if another request has changed it since `version`. */
export async function replaceCharge(sql: Sql, { charge, version }: VersionedCharge): Promise<boolean> {
  const rows = await sql`
    update payments.test_charge
    set status = ${charge.status}, captured = ${charge.captured}, refunded = ${charge.refunded}, capture = ${charge.capture},
      reason = ${charge.reason}, action_url = ${charge.actionUrl}, version = version + 1
    where key = ${charge.key} and version = ${version}
    returning 1`
  return rows.length === 1
}

export async function findCharge(sql: Sql, key: string): Promise<VersionedCharge | undefined> {
  const [row] = await sql<ChargeRow[]>`
    select key, reference, token, amount, currency, capture, status, captured, refunded, reason, action_url, version
    from payments.test_charge where key = ${key}`
  if (!row) return undefined
  const { action_url: actionUrl, version, ...rest } = row
  return { charge: { ...rest, actionUrl }, version }
}

import type { Sql } from '#runtime/database/pool.ts'
import type { StaffMember } from '../contract.ts'

/**
 * Adds a staff member. If the address has a staff member with a revoked key, replaces that key, the name and the
 * permissions. Returns undefined when the key of the address is not revoked.
 */
export async function insertStaff(
  sql: Sql,
  staff: {
    id: string
    email: string
    emailKey: string
    name: string
    permissions: string[]
    apiKeyHash: Buffer
    createdAt: Date
  },
): Promise<{ staffId: string } | undefined> {
  const [row] = await sql<{ staffId: string }[]>`
    insert into accounts.staff (id, email, email_key, name, permissions, api_key_hash, created_at)
    values (${staff.id}, ${staff.email}, ${staff.emailKey}, ${staff.name}, ${staff.permissions}, ${staff.apiKeyHash},
            ${staff.createdAt})
    on conflict (email_key) do update set
      email = excluded.email, name = excluded.name, permissions = excluded.permissions,
      api_key_hash = excluded.api_key_hash, revoked_at = null, last_used_at = null
    where staff.revoked_at is not null
    returning id as "staffId"`
  return row
}

export interface StaffKey {
  staffId: string
  permissions: string[]
  lastUsedAt: Date | null
}

/** The staff member with this key. Returns undefined for an unknown or revoked key. */
export async function findStaff(sql: Sql, apiKeyHash: Buffer): Promise<StaffKey | undefined> {
  const [row] = await sql<StaffKey[]>`
    select id as "staffId", permissions, last_used_at as "lastUsedAt"
    from accounts.staff where api_key_hash = ${apiKeyHash} and revoked_at is null`
  return row
}

/** Records a use of the key, unless another request has recorded a later one. */
export async function touchStaff(sql: Sql, staffId: string, now: Date): Promise<void> {
  await sql`
    update accounts.staff set last_used_at = ${now}
    where id = ${staffId} and (last_used_at is null or last_used_at < ${now})`
}

interface StaffRow {
  id: string
  email: string
  name: string
  permissions: string[]
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

/** All staff members, including those with a revoked key, sorted by email address. */
export async function listStaff(sql: Sql): Promise<StaffMember[]> {
  const rows = await sql<StaffRow[]>`
    select id, email, name, permissions, created_at as "createdAt", last_used_at as "lastUsedAt",
           revoked_at as "revokedAt"
    from accounts.staff order by email_key`
  return rows.map(({ createdAt, lastUsedAt, revokedAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  }))
}

/** Revokes a staff member's key. A repeat changes nothing. Returns false when the staff member does not exist. */
export async function revokeStaff(sql: Sql, staffId: string, now: Date): Promise<boolean> {
  const rows = await sql<{ id: string }[]>`
    update accounts.staff set revoked_at = coalesce(revoked_at, ${now}) where id = ${staffId} returning id`
  return rows.length === 1
}

import type { Sql } from '#runtime/database/pool.ts'

/** Adds a staff member; false when the address has one. */
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
): Promise<boolean> {
  const rows = await sql`
    insert into accounts.staff (id, email, email_key, name, permissions, api_key_hash, created_at)
    values (${staff.id}, ${staff.email}, ${staff.emailKey}, ${staff.name}, ${staff.permissions}, ${staff.apiKeyHash},
            ${staff.createdAt})
    on conflict (email_key) do nothing
    returning 1`
  return rows.length === 1
}

export async function findStaff(
  sql: Sql,
  apiKeyHash: Buffer,
): Promise<{ staffId: string; permissions: string[] } | undefined> {
  const [row] = await sql<{ staffId: string; permissions: string[] }[]>`
    select id as "staffId", permissions from accounts.staff where api_key_hash = ${apiKeyHash}`
  return row
}

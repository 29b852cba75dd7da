import type { Sql } from '#runtime/database/pool.ts'

export async function readPasswordSalt(sql: Sql): Promise<Buffer> {
  const [row] = await sql<{ salt: Buffer }[]>`select salt from accounts.password_salt`
  if (!row)
    throw new Error(
      'Cannot check passwords: table accounts.password_salt is empty. Restore its row from a backup',
    )
  return row.salt
}

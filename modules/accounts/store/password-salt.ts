import type { Sql } from '#runtime/database/pool.ts'

export async function readPasswordSalt(sql: Sql): Promise<Buffer> {
  const [row] = await sql<{ salt: Buffer }[]>`select salt from accounts.password_salt`
  if (!row)
    throw new Error('Restore the row of accounts.password_salt: without it no password can be checked')
  return row.salt
}

import { openPool } from './pool.ts'

/** Makes the database that a URL names, unless it is there; whoever the URL names must be allowed to make one. */
export async function ensureDatabase(url: string): Promise<void> {
  const server = new URL(url)
  const name = decodeURIComponent(server.pathname.slice(1))
  server.pathname = '/postgres'
  const sql = openPool({ url: server.href, max: 1, name: 'pando' })
  try {
    const found = await sql`select from pg_database where datname = ${name}`
    if (found.length === 0) await sql`create database ${sql(name)}`
  } finally {
    // Without a limit it waits for ever for a connection that broke.
    await sql.end({ timeout: 1 })
  }
}

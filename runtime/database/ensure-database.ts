import { openPool } from './pool.ts'

/** Creates the database that a URL names if it does not exist. The URL's user needs the right to create databases. */
export async function ensureDatabase(url: string): Promise<void> {
  const server = new URL(url)
  const name = decodeURIComponent(server.pathname.slice(1))
  server.pathname = '/postgres'
  const sql = openPool({ url: server.href, max: 1, name: 'pando' })
  try {
    const found = await sql`select from pg_database where datname = ${name}`
    if (found.length === 0) await sql`create database ${sql(name)}`
  } finally {
    await sql.end({ timeout: 1 })
  }
}

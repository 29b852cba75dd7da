import postgres from 'postgres'
import { databaseName, databaseUrl } from './layout.ts'

/** Makes the database `pando` unless it is there. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  const sql = postgres(databaseUrl(port, password, 'postgres'), { max: 1, connect_timeout: 30 })
  try {
    const found = await sql`select from pg_database where datname = ${databaseName}`
    if (found.length === 0) await sql`create database ${sql(databaseName)}`
  } finally {
    // Without a limit it waits for ever for a connection that broke
    await sql.end({ timeout: 1 })
  }
}

import { inject } from 'vitest'
import { openPool } from '#runtime/database/pool.ts'

let count = 0

/** Creates a database on the server of this test run, empty unless `template` names one to copy. `drop` removes it. */
export async function createDatabase(template?: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = inject('databaseUrl')
  const name = `test_${process.pid}_${++count}`
  await execute(server, `create database ${name}${template ? ` template ${template}` : ''}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(server, `drop database if exists ${name} with (force)`) }
}

async function execute(url: string, statement: string): Promise<void> {
  const sql = openPool({ url, max: 1, name: 'test' })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

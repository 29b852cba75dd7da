import { expect, it } from 'vitest'
import { openPool } from '#runtime/database/pool.ts'
import { transaction } from '#runtime/database/transaction.ts'
import { createDatabase } from '#tests/support/database.ts'

const NAME = 'lost'
const CONNECTIONS = 4

it('a pool has no more connections than its limit after its database has refused connections for a second', async () => {
  const { url, drop } = await createDatabase()
  const database = new URL(url).pathname.slice(1)
  const admin = openPool({
    url: Object.assign(new URL(url), { pathname: '/postgres' }).href,
    max: 1,
    name: 'admin',
  })
  const sql = openPool({ url, max: 1, transactions: CONNECTIONS, name: NAME })
  const count = async () => {
    const connections = await admin`select from pg_stat_activity where application_name = ${NAME}`
    return connections.length
  }
  let isOver = false
  const work = async () => {
    while (!isOver) await transaction(sql, (tx) => tx`select pg_sleep(0.001)`).catch(() => {})
  }
  try {
    await admin.unsafe(`alter database ${database} allow_connections false`)
    const working = Array.from({ length: CONNECTIONS }, work)
    // Long enough for hundreds of attempts to fail
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await admin.unsafe(`alter database ${database} allow_connections true`)
    await expect.poll(count).toBeGreaterThan(0)
    isOver = true
    await Promise.all(working)
    await expect.poll(count, { timeout: 30_000, interval: 500 }).toBeLessThanOrEqual(CONNECTIONS)
  } finally {
    isOver = true
    await sql.end({ timeout: 5 })
    await admin.end({ timeout: 5 })
    await drop()
  }
}, 60_000)

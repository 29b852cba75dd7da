import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isUnreachable } from '#runtime/database/errors.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import { transaction } from '#runtime/database/transaction.ts'
import { createDatabase } from '#tests/support/database.ts'

const NAME = 'breaking'

describe('connections that PostgreSQL ends', () => {
  let sql: Pool
  let admin: Pool
  let database: Awaited<ReturnType<typeof createDatabase>>

  beforeAll(async () => {
    database = await createDatabase()
    admin = openPool({ url: database.url, max: 1, name: 'admin' })
    sql = openPool({ url: database.url, max: 2, transactions: 2, name: NAME })
    await sql`create table entry (id int primary key)`
  })
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await admin.end({ timeout: 5 })
    await database.drop()
  })

  const endAll = () =>
    admin`select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = ${NAME}`

  const countSleeping = async () => {
    const sleeping = await admin`select from pg_stat_activity
      where application_name = ${NAME} and state = 'active' and query like '%pg_sleep%'`
    return sleeping.length
  }

  const insert = (id: number) => transaction(sql, (tx) => tx`insert into entry values (${id}) returning id`)

  it('while they are idle are replaced, each of five times', async () => {
    let id = 0
    for (let round = 0; round < 5; round++) {
      await Promise.all([insert(++id), insert(++id), sql`select 1`, sql`select 1`])
      await endAll()
      const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => insert(++id)))
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(isUnreachable(outcome.reason)).toBe(true)
      expect(await insert(++id)).toEqual([{ id }])
      expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
    }
  })

  it('while they are busy fail their statements, but not the next ones', async () => {
    for (let round = 0; round < 3; round++) {
      const lost = [sql`select pg_sleep(60)`, sql`select pg_sleep(60)`].map((query) => query.execute())
      const outcomes = Promise.allSettled(lost)
      await expect.poll(countSleeping, { timeout: 10_000 }).toBe(2)
      await endAll()
      // 57P01 admin_shutdown
      for (const outcome of await outcomes)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '57P01' } })
      const next = [sql`select 1 as one`, sql`select 1 as one`, sql`select 1 as one`]
      for (const rows of await Promise.all(next)) expect(rows).toEqual([{ one: 1 }])
    }
  })

  it('are replaced for LISTEN', async () => {
    const received: string[] = []
    let listenCount = 0
    const { unlisten } = await sql.listen(
      NAME,
      (message) => received.push(message),
      () => {
        listenCount++
      },
    )
    await endAll()
    await expect.poll(() => listenCount, { timeout: 10_000 }).toBe(2)
    await sql.notify(NAME, 'again')
    await expect.poll(() => received, { timeout: 10_000 }).toEqual(['again'])
    await unlisten()
  })

  it('are replaced for LISTEN, even if three successors break during that statement', async () => {
    const { port, hostname, username, password, pathname } = new URL(database.url)
    let breaksLeft = 0
    const proxy = createServer((client) => {
      const server = connect(Number(port), hostname)
      client.pipe(server).pipe(client)
      for (const socket of [client, server]) socket.on('error', () => {})
      client.on('data', (data) => {
        if (!data.includes('listen "') || breaksLeft === 0) return
        breaksLeft--
        client.destroy()
        server.destroy()
      })
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const proxied = openPool({
      url: `postgres://${username}:${password}@${address}${pathname}`,
      max: 1,
      name: NAME,
    })
    let listenCount = 0
    const received: string[] = []
    await proxied.listen(
      NAME,
      (message) => received.push(message),
      () => listenCount++,
    )
    breaksLeft = 3
    await endAll()
    await expect.poll(() => listenCount, { timeout: 10_000 }).toBe(2)
    expect(breaksLeft).toBe(0)
    await sql.notify(NAME, 'again')
    await expect.poll(() => received, { timeout: 10_000 }).toEqual(['again'])
    await proxied.end()
    proxy.close()
  })

  it('during a transaction fail it; it does not continue on another connection', async () => {
    const lost = transaction(sql, async (tx) => {
      await tx`insert into entry values (1000)`
      await endAll()
      await tx`insert into entry values (1001)`
    })
    await expect(lost).rejects.toSatisfy(isUnreachable)
    expect(await sql`select id from entry where id >= 1000`).toEqual([])
  })

  it('are not replaced by a pool that is closing or closed', async () => {
    const closed = openPool({ url: database.url, max: 1, transactions: 1, name: 'closed' })
    await transaction(closed, (tx) => tx`select 1`)
    const ending = closed.end()
    await expect(transaction(closed, (tx) => tx`select 1`)).rejects.toMatchObject({
      code: 'CONNECTION_ENDED',
    })
    await ending
    await expect(transaction(closed, (tx) => tx`select 1`)).rejects.toMatchObject({
      code: 'CONNECTION_ENDED',
    })
    expect(await admin`select from pg_stat_activity where application_name = 'closed'`).toHaveLength(0)
  })
})

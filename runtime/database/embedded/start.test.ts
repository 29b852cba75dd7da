import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { addNeeds, SOURCE_NEEDS, TARGET_NEEDS } from '../../relocation/server-limits.ts'
import { findEmbedded } from './find.ts'
import { emptyDirectory, query, removePrepared, start, startOwner, stoppedDatabase } from './testing.ts'

afterAll(removePrepared)

test('startEmbedded() makes a database in an empty directory, and opens the same one again', async () => {
  const directory = join(await emptyDirectory(), 'not', 'there yet')
  const first = await start(directory)
  await query(first.url, 'create table kept as select 42 as answer')
  await first.stop()
  const second = await start(directory)
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  expect(second.dataDirectory).toBe(join(directory, 'cluster'))
  expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600)
})

test('startEmbedded() opens the database "pando" with the settings of a shop, and requires the password', async () => {
  const { url } = await start(await stoppedDatabase(), { settings: { work_mem: '8MB' } })
  const facts = `
    select current_database() as database, current_setting('is_superuser') as superuser,
      current_setting('wal_level') as wal_level, current_setting('synchronous_commit') as synchronous_commit,
      current_setting('server_encoding') as encoding, current_setting('work_mem') as work_mem,
      current_setting('listen_addresses') as listen_addresses, inet_server_addr() is null as "isUnixSocket"`
  expect(await query(url, facts)).toEqual([
    {
      database: 'pando',
      superuser: 'on',
      wal_level: 'logical',
      synchronous_commit: 'on',
      encoding: 'UTF8',
      work_mem: '8MB',
      listen_addresses: '127.0.0.1',
      isUnixSocket: process.platform !== 'win32',
    },
  ])
  await query(url, 'create extension pg_stat_statements')
  expect((await query(url, 'select calls from pg_stat_statements')).length).toBeGreaterThan(0)
  const guessed = new URL(url)
  guessed.password = 'guessed'
  await expect(query(guessed.href, 'select 1')).rejects.toThrow('password authentication failed')
})

test('startEmbedded() serves TCP too, and removes the directory of its socket when it stops', async () => {
  const database = await start(await stoppedDatabase())
  const url = new URL(database.url)
  const directory = url.searchParams.get('host')!
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  url.search = ''
  expect(await query(url.href, 'select inet_server_addr() is not null as "isTcp"')).toEqual([{ isTcp: true }])
  await database.stop()
  await expect(stat(directory)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the settings allow four relocations at once, and limit what an unread slot keeps to half of the disk', async () => {
  const { url, dataDirectory } = await start(await stoppedDatabase())
  const [limits] = await query(
    url,
    `select current_setting('max_replication_slots')::int as slots, current_setting('max_wal_senders')::int as senders,
       current_setting('max_logical_replication_workers')::int as workers,
       current_setting('max_worker_processes')::int as processes,
       current_setting('max_active_replication_origins')::int as origins,
       pg_size_bytes(current_setting('max_slot_wal_keep_size'))::float8 as kept`,
  )
  // Four relocations within this server, which has both sides of each
  const needs = addNeeds(SOURCE_NEEDS, TARGET_NEEDS)
  expect(limits!.slots).toBeGreaterThanOrEqual(4 * needs.slots)
  expect(limits!.senders).toBeGreaterThanOrEqual(4 * needs.senders)
  expect(limits!.workers).toBeGreaterThanOrEqual(4 * needs.workers)
  expect(limits!.origins).toBeGreaterThanOrEqual(4 * needs.origins)
  expect(limits!.processes).toBeGreaterThan(limits!.workers)
  const { bsize, blocks } = await statfs(dataDirectory)
  expect(limits!.kept).toBeGreaterThan(0)
  expect(limits!.kept).toBeLessThanOrEqual((bsize * blocks) / 2)
})

test('two databases run in parallel', async () => {
  const [one, other] = await Promise.all([stoppedDatabase().then(start), stoppedDatabase().then(start)])
  await query(one.url, 'update kept set number = 2')
  expect(await query(other.url, 'select number from kept')).toEqual([{ number: 1 }])
  expect(one.port).not.toBe(other.port)
})

test('startEmbedded() refuses a database that another process has open, with a remedy', async () => {
  const directory = await stoppedDatabase()
  const owner = await startOwner(directory)
  await expect(start(directory)).rejects.toThrow(
    `Cannot open the embedded database in "${directory}": process ${owner.pid} has it open. ` +
      'Stop that process, or start this one with its own PANDO_DATA and PANDO_PORT',
  )
  expect(await query(owner.url, 'select number from kept')).toEqual([{ number: 1 }])
})

test('findEmbedded() finds the database of another process while that runs', async () => {
  const directory = await stoppedDatabase()
  expect(await findEmbedded(directory)).toBeUndefined()
  expect(await findEmbedded(join(directory, 'nowhere'))).toBeUndefined()
  const owner = await startOwner(directory)
  expect(await findEmbedded(directory)).toEqual({ url: owner.url, pid: expect.any(Number) })
})

test('stop() ends the connections and resolves when PostgreSQL has ended', async () => {
  const directory = await stoppedDatabase()
  const database = await start(directory)
  const sleeping = query(database.url, 'select pg_sleep(60)')
  await Promise.all([expect(sleeping).rejects.toThrow(), database.stop(), database.stop()])
  expect(await findEmbedded(directory)).toBeUndefined()
  expect(await database.exited).toMatchObject({ expected: true, code: 0 })
})

test('Ctrl-C in the terminal of the owner does not reach PostgreSQL', async () => {
  const owner = await startOwner(await stoppedDatabase())
  process.kill(-owner.pid, 'SIGINT')
  expect(await owner.nextLine()).toBe('interrupted')
  expect(await query(owner.url, 'select number from kept')).toEqual([{ number: 1 }])
})

test('an unexpected end of PostgreSQL is reported with its last log lines, and a new start has all committed data', async () => {
  const directory = await stoppedDatabase()
  const database = await start(directory)
  await query(database.url, 'update kept set number = 3')
  const { pid = 0 } = (await findEmbedded(directory)) ?? {}
  process.kill(pid, 'SIGKILL')
  const exit = await database.exited
  expect(exit).toMatchObject({ expected: false, code: null, signal: 'SIGKILL' })
  expect(exit.lastLogLines.join()).toContain('database system is ready to accept connections')
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 3 }])
})

import { type AddressInfo, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { openPool } from '../database/pool.ts'
import { executorOf } from './executor-testing.ts'
import { checkDatabases } from './preflight.ts'
import { isSameDatabase } from './same-database.ts'
import { openPair, TILL } from './testing.ts'

const migratables = [TILL]

it('finds no problem with two usable databases', async () => {
  expect(await checkDatabases({ ...(await openPair()), migratables })).toEqual([])
})

it('reports all problems at once, each with a remedy', async () => {
  const pair = await openPair()
  const { source, target, plan } = pair
  await source.unsafe(`
    create table till.scrap (id int);
    create unlogged table till.draft (id int primary key);
    create table public.shelf (id int primary key);
    create table till.hook (id int primary key, shelf_id int references public.shelf (id));
    insert into till.pando_migration (name, checksum) values ('0099-of-tomorrow.sql', '')`)
  await migrate(target, [TILL])
  const unreachable = { ...plan, sourceUrl: onPort(plan.sourceUrl, 1) }
  const problems = await checkDatabases({ ...pair, migratables, plan: unreachable })
  expect(problems.map((each) => each.what)).toEqual([
    'till.draft is unlogged and cannot be replicated',
    'till.scrap has no primary key, so changed rows cannot be identified',
    'the foreign key hook_shelf_id_fkey of till.hook refers to shelf, which would be in another database',
    'the source has the migration till/0099-of-tomorrow.sql, which this code does not have',
    expect.stringContaining('the server of the target cannot reach the source at 127.0.0.1:1 ('),
    'the target already has rows in till.sale',
  ])
  expect(problems.every((each) => each.remedy.length > 10)).toBe(true)
})

it('reports nothing but the reason when a database cannot be used', async () => {
  const { source, target, plan } = await openPair()
  const checkTarget = async (targetUrl: string) => {
    const other = openPool({ url: targetUrl, max: 1, name: 'test' })
    onTestFinished(() => other.end({ timeout: 1 }))
    return checkDatabases({ migratables, source, target: other, plan: { ...plan, targetUrl } })
  }
  const closed = onPort(plan.targetUrl, 1)
  expect(await checkTarget(closed)).toMatchObject([
    { what: expect.stringContaining('cannot be used: connect ECONNREFUSED') },
  ])
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void silent.close())
  const hanging = onPort(plan.targetUrl, (silent.address() as AddressInfo).port)
  expect(await checkTarget(hanging)).toMatchObject([
    { what: expect.stringContaining('no answer within 10 s') },
  ])
  await target.end()
}, 30_000)

it('reports a source that cannot be used as a problem', async () => {
  const pair = await openPair()
  const sourceUrl = onPort(pair.plan.sourceUrl, 1)
  const { problems, tables } = await executorOf(pair).preview({ ...pair.plan, sourceUrl })
  expect(problems).toEqual([
    expect.stringContaining('of the source at 127.0.0.1:1 cannot be used: connect ECONNREFUSED'),
  ])
  expect(tables).toEqual([])
})

it('recognises the same database at another address', async () => {
  const { source, target, plan } = await openPair()
  const url = new URL(plan.sourceUrl)
  // Over TCP and by name, not over the Unix socket.
  url.searchParams.delete('host')
  url.hostname = 'localhost'
  const sameDatabase = openPool({ url: url.href, max: 1, name: 'test' })
  onTestFinished(() => sameDatabase.end({ timeout: 1 }))
  expect(await isSameDatabase(source, sameDatabase)).toBe(true)
  expect(await isSameDatabase(source, target)).toBe(false)
})

/** The URL with another port, over TCP: a Unix socket has no port. */
function onPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.port = String(port)
  changed.searchParams.delete('host')
  return changed.href
}

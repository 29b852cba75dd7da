import { expect, it } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { checkDatabases } from './preflight.ts'
import { isSameDatabase } from './same-database.ts'
import { openPair, TILL } from './testing.ts'

const WHOLE = { migratables: [TILL] }

it('two databases in order have no problem', async () => {
  expect(await checkDatabases({ ...(await openPair()), ...WHOLE })).toEqual([])
})

it('everything that is in the way is told at once, with what to do', async () => {
  const pair = await openPair()
  const { source, target, plan } = pair
  await source
    .unsafe(`
    create table till.scrap (id int);
    create unlogged table till.draft (id int primary key);
    create table public.shelf (id int primary key);
    create table till.hook (id int primary key, shelf_id int references public.shelf (id));
    insert into till.pando_migration (name, checksum) values ('0099-of-tomorrow.sql', '')`)
    .simple()
  await migrate(target, [TILL])
  const unreachable = { ...plan, sourceUrl: plan.sourceUrl.replace(/:\d+\//, ':1/') }
  const problems = await checkDatabases({ ...pair, ...WHOLE, plan: unreachable })
  expect(problems.map((each) => each.what)).toEqual([
    'till.draft is unlogged, so that it cannot be replicated',
    'till.scrap has no primary key, so that changed rows cannot be told apart',
    'the foreign key hook_shelf_id_fkey of till.hook refers to shelf, which stays on the other side',
    'the source has the migration till/0099-of-tomorrow.sql, which this code does not have',
    expect.stringContaining('the server of the target does not reach the source at 127.0.0.1:1 ('),
    'the target has rows in till.sale already',
  ])
  expect(problems.every((each) => each.remedy.length > 10)).toBe(true)
})

it('a database is the same under another name', async () => {
  const { source, target } = await openPair()
  expect(await isSameDatabase(source, source)).toBe(true)
  expect(await isSameDatabase(source, target)).toBe(false)
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { migrate, roleOf } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'
import { databaseOf } from './connection-string.ts'
import { RelocationExecutor } from './executor.ts'
import { FakeProcesses, onProgress } from './executor-testing.ts'
import { checkDatabases } from './preflight.ts'
import type { Problem } from './problem.ts'
import type { RelocationPlan } from './relocation.ts'
import { endReplication } from './retire.ts'
import { listTables } from './tables.ts'
import { openPair, planOf, TILL } from './testing.ts'

interface Case {
  side: 'source' | 'target'
  /** The statement that takes the right away. GUEST is the user at this side, and OTHER another role. */
  withhold: string
  /** What the user may not do, according to the preflight. */
  what: string
  /** The statement that the preflight prints as the remedy. */
  grant: string
}

const ON_BOTH_SIDES: Omit<Case, 'side'>[] = [
  { withhold: 'alter role GUEST noreplication', what: 'replicate', grant: 'alter role "GUEST" replication' },
  {
    withhold: 'revoke pg_create_subscription from GUEST',
    what: 'create subscriptions',
    grant: 'grant pg_create_subscription to "GUEST" with inherit true',
  },
  {
    withhold: 'grant pg_create_subscription to GUEST with inherit false',
    what: 'create subscriptions',
    grant: 'grant pg_create_subscription to "GUEST" with inherit true',
  },
  {
    withhold: 'revoke create on database DATABASE from GUEST',
    what: 'create schemas',
    grant: 'grant create on database "DATABASE" to "GUEST"',
  },
  {
    withhold: 'create schema pando authorization OTHER',
    what: 'change what the role OTHER owns in the schema pando',
    grant: 'grant "OTHER" to "GUEST" with inherit true, set true',
  },
]

const CASES: Case[] = [
  ...ON_BOTH_SIDES.map((each) => ({ ...each, side: 'source' as const })),
  ...ON_BOTH_SIDES.map((each) => ({ ...each, side: 'target' as const })),
  ...['table MODULE.line', 'schema MODULE', 'function MODULE.total'].map((object) => ({
    side: 'source' as const,
    withhold: `alter ${object} owner to OTHER`,
    what: 'change what the role OTHER owns in the schema MODULE',
    grant: 'grant "OTHER" to "GUEST" with inherit true, set true',
  })),
  {
    side: 'target',
    withhold: 'alter role GUEST nocreaterole',
    what: 'create roles',
    grant: 'alter role "GUEST" createrole',
  },
]

it.each(CASES)('the preflight at the $side reports: $withhold', async ({ side, withhold, what, grant }) => {
  const guest = await openGuest(side)
  await guest.execute(withhold)
  const problems = await guest.check()
  expect(problems).toEqual([
    {
      what: guest.fill(`the user GUEST may not ${what} in the database "DATABASE" of the ${side}`),
      remedy: guest.fill(`Run there as a superuser: ${grant}`),
    },
  ])
  await guest.execute(statementsOf(problems))
  expect(await guest.check()).toEqual([])
})

it.each(['source', 'target'] as const)(
  'the move succeeds once the user has all rights that the preflight at the %s reports',
  async (side) => {
    const guest = await openGuest(side)
    const cases = CASES.filter((each) => each.side === side && !each.withhold.includes('inherit'))
    for (const { withhold } of cases) await guest.execute(withhold)
    const problems = await guest.check()
    const grants = new Set(cases.map(({ grant }) => guest.fill(`Run there as a superuser: ${grant}`)))
    expect(new Set(problems.map((each) => each.remedy))).toEqual(grants)
    expect(problems).toHaveLength(grants.size)
    await guest.execute(statementsOf(problems))
    expect(await guest.move()).toMatchObject({ state: 'done', rows: 1 })
  },
)

it('reports the rights that a user lacks to create the database of the target and to use it', async () => {
  const guest = await openGuest('target')
  await guest.dropDatabase()
  await guest.execute('revoke pg_create_subscription from GUEST', 'source')
  const problems = await guest.check()
  expect(problems.map(({ remedy }) => remedy)).toEqual([
    guest.fill('Run there as a superuser: alter role "GUEST" createdb'),
    guest.fill('Run there as a superuser: grant pg_create_subscription to "GUEST" with inherit true'),
  ])
  await guest.execute(statementsOf(problems), 'source')
  expect(await guest.check()).toEqual([])
  expect(await guest.move()).toMatchObject({ state: 'done', rows: 1 })
})

it('refuses a subscription without a password by a user who is not a superuser', async () => {
  const guest = await openGuest('target')
  const sourceUrl = new URL(guest.plan.sourceUrl)
  sourceUrl.password = ''
  expect(await guest.check({ sourceUrl: sourceUrl.href })).toEqual([
    {
      what: guest.fill(
        'the user of the database "DATABASE" of the target may not subscribe to the source without a password',
      ),
      remedy: expect.stringContaining('pg_hba.conf'),
    },
  ])
})

it('the trial leaves nothing behind, even while its connections are open', async () => {
  const { source, target, plan } = await openPair()
  const before = await Promise.all([source, target].map(listObjects))
  expect(await checkDatabases({ source, target, plan, migratables: [TILL] })).toEqual([])
  expect(await Promise.all([source, target].map(listObjects))).toEqual(before)
})

it('the trial needs no lock that conflicts with those of writers, and does not wait for their end', async () => {
  const { source, target, plan } = await openPair()
  const tables = (await listTables(source, ['till'])).map((table) => table.quoted)
  await transaction(source, async (tx) => {
    await tx.unsafe(`lock table ${tables.join(', ')} in row exclusive mode`)
    // A transaction with an id: a new slot waits for its end.
    await tx`insert into till.sale (id, amount) values ('sale_open', 1)`
    expect(await checkDatabases({ source, target, plan, migratables: [TILL] })).toEqual([])
  })
})

it('reports a table that another transaction locks, such as for an index', async () => {
  const { source, target, plan } = await openPair()
  await transaction(source, async (tx) => {
    await tx`lock table till.line in share mode`
    const problems = await checkDatabases({ source, target, plan, migratables: [TILL] })
    expect(problems).toMatchObject([
      {
        what: expect.stringContaining('refuses to publish the tables'),
        remedy: expect.stringContaining('another transaction'),
      },
    ])
  })
}, 20_000)

/** Everything in a database that a statement of the relocation could have created. */
async function listObjects(sql: Pool): Promise<unknown> {
  return sql`
    select 'schema' as kind, nspname::text as name from pg_namespace where nspname !~ '^pg_'
    union all select 'relation', oid::regclass::text from pg_class where relnamespace::regnamespace::text !~ '^pg_'
    union all select 'function', oid::regprocedure::text from pg_proc where pronamespace::regnamespace::text !~ '^pg_'
    union all select 'trigger', tgname from pg_trigger
    union all select 'publication', pubname from pg_publication
    union all select 'subscription', subname from pg_subscription
      where subdbid = (select oid from pg_database where datname = current_database())
    union all select 'slot', slot_name from pg_replication_slots where database = current_database()
    order by 1, 2`
}

let count = 0

/**
 * Creates two databases with a module at the source. The user at `side` is not a superuser, and has only the documented
 * rights.
 */
async function openGuest(side: 'source' | 'target') {
  const [home, from, to] = await Promise.all([createDatabase(), createDatabase(), createDatabase()])
  const id = `${process.pid}_${++count}`
  const [guest, other, name] = [`guest_${id}`, `other_${id}`, `booth_${id}`]
  const module = { name, directory: await mkdtemp(join(tmpdir(), 'pando-booth-')) }
  await writeFile(join(module.directory, '0001-booth.sql'), migrationOf(name))

  const open = (url: string) => openPool({ url, max: 2, name: 'test' })
  const admin = { source: open(from.url), target: open(to.url) }
  const urls = { source: from.url, target: to.url }
  urls[side] = Object.assign(new URL(urls[side]), { username: guest, password: 'secret' }).href
  const own = { source: open(urls.source), target: open(urls.target) }
  const plan = { ...planOf(urls.source, urls.target), modules: [name] }
  const executor = new RelocationExecutor({
    homeUrl: home.url,
    control: async () => new FakeProcesses(),
    migratables: () => [module],
    log: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} } as never,
    retryTimeouts: { beforeSealMs: 2000, afterSealMs: 4000 },
  })
  onTestFinished(async () => {
    await executor.close()
    await endReplication(admin, plan.id)
    await Promise.all(
      [own.source, own.target, admin.source, admin.target].map((pool) => pool.end({ timeout: 1 })),
    )
    await Promise.all([from.drop(), to.drop()])
    const server = open(home.url)
    await server.unsafe(`drop role if exists ${roleOf(name)}, ${guest}, ${other}`)
    await server.end({ timeout: 1 })
    await home.drop()
    await rm(module.directory, { recursive: true })
  })

  const database = databaseOf(urls[side])
  await admin[side].unsafe(`
    create role ${guest} login replication createrole password 'secret' in role pg_create_subscription;
    create role ${other};
    grant create on database ${database} to ${guest}`)
  await migrate(own.source, [module])
  // The databases of the test share one server: the target would find the role of the source.
  await admin.source.unsafe(`drop owned by ${roleOf(name)}; drop role ${roleOf(name)}`)

  const words: Record<string, string> = { GUEST: guest, OTHER: other, MODULE: name, DATABASE: database }
  const fill = (text: string) => text.replace(/[A-Z]{5,}/g, (word) => words[word] ?? word)
  const execute = async (statements: string, at = side) => void (await admin[at].unsafe(fill(statements)))
  return {
    plan,
    fill,
    execute,
    check: (changed: Partial<RelocationPlan> = {}) =>
      checkDatabases({ ...own, plan: { ...plan, ...changed }, migratables: [module] }),
    /** Drops the database of this side. */
    dropDatabase: async () => void (await admin.source.unsafe(`drop database ${database} with (force)`)),
    move: () => executor.run(plan, { onProgress }),
  }
}

function migrationOf(name: string): string {
  return `
    create table ${name}.sale (id bigint generated always as identity primary key);
    create table ${name}.line (sale_id bigint primary key references ${name}.sale (id));
    create function ${name}.total() returns bigint language sql as 'select 1::bigint';
    insert into ${name}.sale default values;`
}

function statementsOf(problems: readonly Problem[]): string {
  return problems.map(({ remedy }) => remedy.replace('Run there as a superuser: ', '')).join(';')
}

import { randomBytes } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { sqlState } from '../database/errors.ts'
import { listMigrations, type Migratable, roleOf } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'
import { connectionString } from './connection-string.ts'
import { quoteName, quoteText } from './names.ts'
import type { Problem } from './problem.ts'
import type { RelocationPlan } from './relocation.ts'
import { isSameDatabase, isSameServer } from './same-database.ts'
import { addNeeds, checkServer, SOURCE_NEEDS, TARGET_NEEDS } from './server-limits.ts'
import { listTables } from './tables.ts'

export interface Preflight {
  plan: RelocationPlan
  source: Pool
  target: Pool
  /** The modules with the schema migrations of this code. */
  migratables: readonly Migratable[]
  /** Whether the target database does not exist yet. Then `target` is another database of its server. */
  isTargetMissing?: boolean
}

const ANSWER_TIMEOUT_MS = 10_000

/** Finds everything in the two databases that prevents a relocation between them. Changes nothing. */
export async function checkDatabases(check: Preflight): Promise<Problem[]> {
  const { plan, source, target, migratables } = check
  const [left, right] = await Promise.all([probe(source), probe(target)])
  const unreached = [
    ...(left === 'reachable' ? [] : [unreachable('the source', plan.sourceUrl, left)]),
    ...(right === 'reachable' || right === 'missing'
      ? []
      : [unreachable('the target', plan.targetUrl, right)]),
  ]
  if (unreached.length > 0) return unreached
  if (right === 'reachable') {
    if (await isSameDatabase(source, target)) return [SAME_DATABASE]
    return [
      ...(await checkSides(check, plan.targetUrl)),
      ...(await checkEmpty(target, modulesOf(migratables))),
    ]
  }
  // The target database does not exist: check its server through another database.
  const url = siblingUrl(plan.targetUrl)
  const sibling = openPool({ url, max: 4, name: 'pando relocation' })
  try {
    const found = await probe(sibling)
    if (found !== 'reachable') return [unreachable('the target', plan.targetUrl, right)]
    return await checkSides({ ...check, target: sibling, isTargetMissing: true }, url)
  } finally {
    await sibling.end({ timeout: 1 })
  }
}

const SAME_DATABASE = {
  what: 'the database of the target is the database of the source under another address',
  remedy: 'Write the address exactly like that of the source; then only the process changes',
}

async function checkSides(
  { plan, source, target, migratables, isTargetMissing = false }: Preflight,
  targetUrl: string,
): Promise<Problem[]> {
  const modules = modulesOf(migratables)
  const found = await Promise.all([
    checkTables(source, modules),
    checkForeignKeys(source, modules),
    checkMigrations(source, migratables),
    checkRights(source, { where: 'the source', modules: [] }),
    checkRights(target, {
      where: 'the target',
      modules,
      creates: isTargetMissing ? databaseOf(plan.targetUrl) : undefined,
    }),
    checkServers(source, target),
    checkReach(target, plan.sourceUrl, 'the target', 'the source'),
    checkReach(source, targetUrl, 'the source', 'the target'),
    checkSpace(source, target, modules),
  ])
  return found.flat()
}

function modulesOf(migratables: readonly Migratable[]): string[] {
  return migratables.map((module) => module.name)
}

/** Whether a database is reachable. `missing`: its server has no database of that name. */
async function probe(sql: Pool): Promise<'reachable' | 'missing' | Error> {
  const timedOut = Promise.withResolvers<Error>()
  const timer = setTimeout(
    () => timedOut.resolve(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`)),
    ANSWER_TIMEOUT_MS,
  )
  const answer = sql`select 1`.then(
    () => 'reachable' as const,
    // invalid_catalog_name: there is no such database.
    (error: unknown) => (sqlState(error) === '3D000' ? ('missing' as const) : (error as Error)),
  )
  try {
    return await Promise.race([answer, timedOut.promise])
  } finally {
    clearTimeout(timer)
  }
}

function unreachable(side: string, url: string, reason: 'missing' | Error): Problem {
  const { hostname, port } = new URL(url)
  const place = `the database "${databaseOf(url)}" of ${side} at ${hostname}:${port || 5432}`
  if (reason === 'missing')
    return { what: `${place} does not exist`, remedy: 'Create it there, or name another in the URL' }
  return {
    what: `${place} cannot be used: ${reason.message}`,
    remedy: 'Check that the URL is correct, that the server runs, and that it accepts this user from here',
  }
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

async function checkServers(source: Pool, target: Pool): Promise<Problem[]> {
  if (await isSameServer(source, target))
    return checkServer(source, 'the server', addNeeds(SOURCE_NEEDS, TARGET_NEEDS))
  const found = await Promise.all([
    checkServer(source, 'the server of the source', SOURCE_NEEDS),
    checkServer(target, 'the server of the target', TARGET_NEEDS),
  ])
  return found.flat()
}

/** The URL of the database `postgres`, which every server has. */
function siblingUrl(url: string): string {
  const sibling = new URL(url)
  sibling.pathname = '/postgres'
  return sibling.href
}

async function checkTables(source: Pool, modules: readonly string[]): Promise<Problem[]> {
  const rows = await source<{ table: string; persistence: string; identified: boolean }[]>`
    select format('%I.%I', nspname, relname) as table, relpersistence as persistence,
      case relreplident
        when 'd' then exists (select from pg_index where indrelid = c.oid and indisprimary)
        when 'i' then exists (select from pg_index where indrelid = c.oid and indisreplident)
        else relreplident = 'f'
      end as identified
    from pg_class as c join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = any(${modules as string[]}::text[]) and relkind in ('r', 'p') and not relispartition
    order by 1`
  return rows.flatMap(({ table, persistence, identified }): Problem[] => {
    if (persistence === 'u')
      return [
        {
          what: `${table} is unlogged and cannot be replicated`,
          remedy: `Run: alter table ${table} set logged`,
        },
      ]
    if (identified) return []
    return [
      {
        what: `${table} has no primary key, so changed rows cannot be identified`,
        remedy: `Add one in a migration of its module, or run: alter table ${table} replica identity full`,
      },
    ]
  })
}

async function checkForeignKeys(source: Pool, modules: readonly string[]): Promise<Problem[]> {
  const list = modules as string[]
  const rows = await source<{ name: string; from: string; to: string }[]>`
    select conname as name, conrelid::regclass::text as from, confrelid::regclass::text as to
    from pg_constraint join pg_class as a on a.oid = conrelid join pg_class as b on b.oid = confrelid
      join pg_namespace as n on n.oid = a.relnamespace join pg_namespace as m on m.oid = b.relnamespace
    where contype = 'f' and n.nspname <> m.nspname
      and (n.nspname = any(${list}::text[])) <> (m.nspname = any(${list}::text[]))
    order by 1`
  return rows.map(({ name, from, to }) => ({
    what: `the foreign key ${name} of ${from} refers to ${to}, which would be in another database`,
    remedy: 'Drop it in a migration: modules refer to each other by id only',
  }))
}

async function checkMigrations(source: Pool, migratables: readonly Migratable[]): Promise<Problem[]> {
  const found = await Promise.all(
    migratables.map(async (migratable): Promise<Problem[]> => {
      const { name } = migratable
      const [there] = await source<{ found: boolean }[]>`
        select to_regclass(${`${name}.pando_migration`}) is not null as found`
      if (!there!.found)
        return [
          {
            what: `the source has no tables of the module "${name}"`,
            remedy: 'Start the shop once in its present topology, which creates them',
          },
        ]
      const [known, applied] = await Promise.all([
        listMigrations(migratable),
        source<{ name: string }[]>`select name from ${source(name)}.pando_migration order by name`,
      ])
      const unknown = applied.filter((row) => !known.includes(row.name)).map((row) => row.name)
      const missing = known.filter((file) => !applied.some((row) => row.name === file))
      return [
        ...unknown.map((file) => ({
          what: `the source has the migration ${name}/${file}, which this code does not have`,
          remedy: 'Use the version of Pando that the shop runs',
        })),
        ...missing.map((file) => ({
          what: `the source lacks the migration ${name}/${file} of this code`,
          remedy: 'Restart the shop with this version first',
        })),
      ]
    }),
  )
  return found.flat()
}

/** `creates`: the database that the user has to create. The roles of the modules are created there too. */
async function checkRights(
  sql: Pool,
  { where, modules, creates }: { where: string; modules: readonly string[]; creates?: string | undefined },
): Promise<Problem[]> {
  const [row] = await sql<{ user: string; database: string; superuser: boolean; has: boolean[] }[]>`
    select current_user as user, current_database() as database, rolsuper as superuser, array[
      rolreplication,
      pg_has_role(current_user, 'pg_create_subscription', 'member'),
      case when ${creates !== undefined} then rolcreatedb
        else has_database_privilege(current_database(), 'create') end,
      rolcreaterole or not exists (
        select from unnest(${modules.map(roleOf)}::text[]) as role where role not in (select rolname from pg_roles)
      )] as has
    from pg_roles where rolname = current_user`
  const { superuser, has } = row!
  if (superuser) return []
  const [user, database] = [quoteName(row!.user), quoteName(row!.database)]
  const rights = [
    ['replicate', `alter role ${user} replication`],
    ['create subscriptions', `grant pg_create_subscription to ${user}`],
    creates === undefined
      ? ['create schemas', `grant create on database ${database} to ${user}`]
      : [`create the database "${creates}", which does not exist`, `alter role ${user} createdb`],
    ['create roles', `alter role ${user} createrole`],
  ] as const
  const lacking = rights.filter((_, index) => !has[index])
  if (lacking.length === 0) return []
  return [
    {
      what: `the user ${row!.user} may not ${lacking.map(([right]) => right).join(' or ')} at ${where}`,
      remedy: `Run there as a superuser: ${lacking.map(([, statement]) => statement).join('; ')}`,
    },
  ]
}

/** Creates a subscription and rolls it back: only PostgreSQL itself knows whether it can reach the other server. */
async function checkReach(sql: Pool, url: string, from: string, to: string): Promise<Problem[]> {
  const name = `pando_check_${randomBytes(6).toString('hex')}`
  const failed = await transaction(sql, async (tx) => {
    await tx.unsafe(
      `create subscription ${name} connection ${quoteText(connectionString(url))} publication ${name}
       with (create_slot = false, enabled = false, slot_name = none, copy_data = false)`,
    )
    throw new Error('rolled back')
  }).catch((error: unknown) => error)
  // Class 08: connection exceptions.
  if (!sqlState(failed)?.startsWith('08')) return []
  // The server was reached; `checkRights` reports the missing right.
  if ((failed as Error).message.includes('permission denied to start WAL sender')) return []
  const { hostname, port } = new URL(url)
  return [
    {
      what: `the server of ${from} cannot reach ${to} at ${hostname}:${port || 5432} (${(failed as Error).message.split('\n')[0]})`,
      remedy: `Give ${to} an address in its URL that other servers can reach, and allow the connection there`,
    },
  ]
}

async function checkEmpty(target: Pool, modules: readonly string[]): Promise<Problem[]> {
  const tables = await listTables(target, modules)
  const found = await Promise.all(
    tables.map(async ({ quoted, schema, name }) => {
      const rows = await target.unsafe(`select from ${quoted} limit 1`)
      return rows.length > 0 ? [`${schema}.${name}`] : []
    }),
  )
  return found.flat().map((table) => ({
    what: `the target already has rows in ${table}`,
    remedy: 'Use another database, or save these rows and drop their schema',
  }))
}

/** A copy needs about the size of the original, and as much again for the log. */
const SPACE_FACTOR = 2

async function checkSpace(source: Pool, target: Pool, modules: readonly string[]): Promise<Problem[]> {
  const bytes = (await listTables(source, modules)).reduce((sum, table) => sum + table.bytes, 0)
  const free = await freeBytes(target)
  if (free === undefined || free > bytes * SPACE_FACTOR) return []
  return [
    {
      what: `the disk of the target has ${megabytes(free)} free, and the copy may take ${megabytes(bytes * SPACE_FACTOR)}`,
      remedy: 'Free disk space there',
    },
  ]
}

/** The free space of the server's disk; undefined for a server on another machine, as PostgreSQL does not report it. */
async function freeBytes(sql: Pool): Promise<number | undefined> {
  const [row] = await sql<{ directory: string | null; local: boolean }[]>`
    select (select setting from pg_settings where name = 'data_directory') as directory,
      coalesce(inet_server_addr() << '127.0.0.0/8' or inet_server_addr() = '::1', true) as local`
  if (!row!.local || !row!.directory) return undefined
  const disk = await statfs(row!.directory).catch(() => undefined)
  return disk && disk.bavail * disk.bsize
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}

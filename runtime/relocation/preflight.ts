import { statfs } from 'node:fs/promises'
import { sqlState } from '../database/errors.ts'
import { listMigrations, type Migratable } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { addressOf, databaseOf } from './connection-string.ts'
import { quoteName } from './names.ts'
import type { Problem } from './problem.ts'
import { checkOwners } from './refusal.ts'
import type { RelocationPlan } from './relocation.ts'
import { isSameDatabase, isSameServer } from './same-database.ts'
import { addNeeds, checkServer, SOURCE_NEEDS, TARGET_NEEDS } from './server-limits.ts'
import { sidesOf } from './side.ts'
import { listTables } from './tables.ts'
import { trySide } from './trial.ts'

export interface Preflight {
  plan: RelocationPlan
  source: Pool
  target: Pool
  /** The modules with the schema migrations of this code. */
  migratables: readonly Migratable[]
}

const ANSWER_TIMEOUT_MS = 10_000

/** Finds everything in the two databases that prevents a relocation between them. Changes nothing. */
export async function checkDatabases(check: Preflight): Promise<Problem[]> {
  const { plan, source, target } = check
  const [atSource, atTarget] = await Promise.all([probe(source), probe(target)])
  const unreached = [
    ...(atSource === 'reachable' ? [] : [unreachable('the source', plan.sourceUrl, atSource)]),
    ...(atTarget === 'reachable' || atTarget === 'missing'
      ? []
      : [unreachable('the target', plan.targetUrl, atTarget)]),
  ]
  if (unreached.length > 0) return unreached
  if (atTarget === 'reachable') {
    if (await isSameDatabase(source, target)) return [SAME_DATABASE]
    return checkSides(check)
  }
  // The target database does not exist: check its server through another database.
  const url = siblingUrl(plan.targetUrl)
  const sibling = openPool({ url, max: 4, name: 'pando relocation' })
  try {
    const found = await probe(sibling)
    if (found !== 'reachable') return [unreachable('the target', plan.targetUrl, atTarget)]
    return await checkSides({ ...check, target: sibling }, url)
  } finally {
    await sibling.end({ timeout: 1 })
  }
}

const SAME_DATABASE = {
  what: 'the database of the target is the database of the source under another address',
  remedy: 'Write the address exactly like that of the source; then only the process changes',
}

/**
 * `sibling`: the URL of another database of the target's server, to which `target` is connected because the database of
 * the target does not exist yet; undefined when it exists.
 */
async function checkSides(
  { plan, source, target, migratables }: Preflight,
  sibling?: string,
): Promise<Problem[]> {
  const modules = migratables.map((module) => module.name)
  const sides = sidesOf(plan)
  const [foreignAtSource, foreignAtTarget] = await Promise.all([
    checkOwners(source, sides.source, modules),
    sibling ? [] : checkOwners(target, sides.target, modules),
  ])
  // Before the trials, which use slots and senders themselves.
  const [unsuitable, ...asked] = await Promise.all([
    checkTables(source, modules),
    checkForeignKeys(source, modules),
    // The user may be unable to read the tables of another role.
    foreignAtSource.length > 0 ? [] : checkMigrations(source, migratables),
    checkServers(source, target),
    checkSpace(source, target, modules),
    sibling ? checkCreateDatabase(target, databaseOf(plan.targetUrl)) : [],
  ])
  const filled = sibling || foreignAtTarget.length > 0 ? [] : await checkEmpty(target, modules)
  const trial = { relocation: plan.id, migratables }
  const tried = await Promise.all([
    trySide({
      ...trial,
      side: { ...sides.source, otherUrl: sibling ?? plan.targetUrl },
      sql: source,
      isMissing: false,
      // PostgreSQL would refuse the publication because of a table that is reported with its remedy.
      tables: unsuitable.length > 0 ? 'leave' : 'publish',
    }),
    trySide({
      ...trial,
      side: sides.target,
      sql: target,
      isMissing: sibling !== undefined,
      // Existing tables may be those of another shop.
      tables: foreignAtTarget.length > 0 || filled.length > 0 ? 'leave' : 'create',
    }),
  ])
  const problems = [unsuitable, ...asked, foreignAtSource, foreignAtTarget, ...tried, filled].flat()
  // Several statements may need the same right.
  return [...new Map(problems.map((problem) => [problem.what, problem])).values()]
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
  const subject = `the database "${databaseOf(url)}" of ${side} at ${addressOf(url)}`
  if (reason === 'missing')
    return { what: `${subject} does not exist`, remedy: 'Create it there, or name another in the URL' }
  return {
    what: `${subject} cannot be used: ${reason.message}`,
    remedy: 'Check that the URL is correct, that the server runs, and that it accepts this user from here',
  }
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

/** Asks the catalog: PostgreSQL would refuse writes to a table without a primary key only once it is published. */
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

/** Asks the catalog: PostgreSQL would report a foreign key only when the last step drops a schema, or not at all. */
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

/** Asks the catalog: `create database` cannot run in a transaction. */
async function checkCreateDatabase(sibling: Pool, name: string): Promise<Problem[]> {
  const [row] = await sibling<{ user: string; creates: boolean }[]>`
    select current_user as user, rolcreatedb or rolsuper as creates from pg_roles where rolname = current_user`
  const { user, creates } = row!
  if (creates) return []
  return [
    {
      what: `the user ${user} may not create the database "${name}" of the target, which does not exist`,
      remedy: `Run there as a superuser: alter role ${quoteName(user)} createdb`,
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

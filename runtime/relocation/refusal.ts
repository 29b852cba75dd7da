import { isDenied, routineOf, sqlState } from '../database/errors.ts'
import type { Sql } from '../database/sql.ts'
import { addressOf, databaseOf } from './connection-string.ts'
import { quoteName } from './names.ts'
import type { Problem } from './problem.ts'
import type { Side } from './side.ts'

/** A right that a user lacks, and the statement that grants it. */
interface Right {
  /** Completes "the user may not …". */
  act: string
  grant: (user: string) => string
}

/**
 * Rights by the function of PostgreSQL that refuses a user without them. `with inherit true`: otherwise the membership
 * of a user with `noinherit` would have no effect.
 */
const RIGHTS: Record<string, Right> = {
  CheckSlotPermissions: { act: 'replicate', grant: (user) => `alter role ${user} replication` },
  CreateSubscription: {
    act: 'create subscriptions',
    grant: (user) => `grant pg_create_subscription to ${user} with inherit true`,
  },
  CreateRole: { act: 'create roles', grant: (user) => `alter role ${user} createrole` },
}

const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Converts the error of a statement of the relocation to problems. `act` names the statement. `sql` is the connection
 * that was refused, and `modules` those with tables in its database.
 */
export async function explainRefusal(
  error: unknown,
  { act, side, sql, modules }: { act: string; side: Side; sql: Sql; modules: readonly string[] },
): Promise<Problem[]> {
  const { message } = error as Error
  const state = sqlState(error) ?? ''
  // Class 08: connection exceptions, here of the connection to the other side.
  if (state.startsWith('08')) return unreached(message, side)
  // s_r_e_prohibited_sql_statement_attempted: the connection string has no password
  if (state === '2F003') return withoutPassword(side)
  if (!isDenied(error))
    return [
      {
        what: `PostgreSQL refuses to ${act} in ${databaseAt(side)}: ${message}`,
        remedy:
          state === LOCK_NOT_AVAILABLE
            ? 'Start again when another transaction, which holds a lock on them, has ended'
            : 'Remove the cause; the log of the server may say more about it',
      },
    ]
  const [row] = await sql<{ user: string; database: string; creates: boolean }[]>`
    select current_user as user, current_database() as database,
      has_database_privilege(current_database(), 'create') as creates`
  const { user, database, creates } = row!
  const right = RIGHTS[routineOf(error) ?? '']
  if (right) return [lackOfRight(user, right, side)]
  if (!creates) {
    // `sql` is connected to another database: the user will own the one that the relocation creates.
    if (database !== databaseOf(side.url)) return []
    const grant = (quoted: string) => `grant create on database ${quoteName(database)} to ${quoted}`
    return [lackOfRight(user, { act: 'create schemas', grant }, side)]
  }
  const owners = await checkOwners(sql, side, modules)
  if (owners.length > 0) return owners
  return [
    {
      what: `the user ${user} may not ${act} in ${databaseAt(side)}: ${message}`,
      remedy: 'Grant this right there as a superuser',
    },
  ]
}

/**
 * Asks the catalog whether the user owns, itself or through a role, the schemas of the modules with all that they
 * contain, and the control schema. The last step drops the schemas at the source, and a trial of that would lock live
 * tables.
 */
export async function checkOwners(sql: Sql, side: Side, modules: readonly string[]): Promise<Problem[]> {
  const rows = await sql<{ user: string; owner: string; schemas: string[] }[]>`
    with schema as (
      select oid, nspname, nspowner from pg_namespace where nspname = any(${['pando', ...modules]}::text[])
    ), owned as (
      select nspowner as owner, nspname from schema
      union select relowner, nspname from schema join pg_class on relnamespace = schema.oid
      union select proowner, nspname from schema join pg_proc on pronamespace = schema.oid
    )
    select current_user as user, pg_get_userbyid(owner) as owner, array_agg(nspname::text order by nspname) as schemas
    from owned
    where not (pg_has_role(owner, 'usage') and pg_has_role(owner, 'set'))
    group by owner order by 2`
  return rows.map(({ user, owner, schemas }) =>
    lackOfRight(
      user,
      {
        act: `change what the role ${owner} owns in the ${schemas.length > 1 ? 'schemas' : 'schema'} ${schemas.join(', ')}`,
        // Replication writes to a table as its owner.
        grant: (quoted) => `grant ${quoteName(owner)} to ${quoted} with inherit true, set true`,
      },
      side,
    ),
  )
}

function lackOfRight(user: string, { act, grant }: Right, side: Side): Problem {
  return {
    what: `the user ${user} may not ${act} in ${databaseAt(side)}`,
    remedy: `Run there as a superuser: ${grant(quoteName(user))}`,
  }
}

function unreached(message: string, { name, otherUrl }: Side): Problem[] {
  // The server was reached; the trial of the other side reports the missing right.
  if (message.includes('permission denied to start WAL sender')) return []
  const other = otherOf(name)
  return [
    {
      what: `the server of the ${name} cannot reach the ${other} at ${addressOf(otherUrl)} (${message.split('\n')[0]})`,
      remedy: `Give the ${other} an address in its URL that other servers can reach, and allow the connection there`,
    },
  ]
}

/** Only the subscription of a superuser may read without a password. */
function withoutPassword(side: Side): Problem[] {
  const other = otherOf(side.name)
  return [
    {
      what: `the user of ${databaseAt(side)} may not subscribe to the ${other} without a password`,
      remedy: `Give the URL of the ${other} a password, and let its server require it for this user (pg_hba.conf)`,
    },
  ]
}

function otherOf(name: Side['name']): Side['name'] {
  return name === 'source' ? 'target' : 'source'
}

function databaseAt({ name, url }: Side): string {
  return `the database "${databaseOf(url)}" of the ${name}`
}

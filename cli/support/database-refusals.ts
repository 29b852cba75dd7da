/**
 * What to do about a server that answers and refuses a connection, by PostgreSQL's code (appendix A of its manual).
 * `name`: the database's. Undefined for other errors: then nothing answers, or something else is wrong.
 */
export function remedyOfRefusal(code: string | undefined, name: string): string | undefined {
  switch (code) {
    case '28P01':
      return 'correct its user and password'
    case '28000':
      return 'let this user in from here (pg_hba.conf), or correct its name'
    case '3D000':
      return `create the database ("createdb ${name}"), or correct its name`
    case '42501':
      return 'give this user the right to do that'
    case '53300':
      return 'stop what else uses it, or raise its max_connections'
    case '57P03':
      return 'wait until it has started'
    default:
      return undefined
  }
}

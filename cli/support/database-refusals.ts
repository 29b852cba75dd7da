/**
 * The remedy for an error code with which PostgreSQL refuses a connection or a statement (appendix A of its manual). `name`: the name of
 * the database. Undefined for other errors.
 */
export function remedyOfRefusal(code: string | undefined, name: string): string | undefined {
  switch (code) {
    case '28P01': // invalid_password
      return 'correct its user and password'
    case '28000': // invalid_authorization_specification
      return 'let this user in from here (pg_hba.conf), or correct its name'
    case '3D000': // invalid_catalog_name: there is no such database
      return `create the database ("createdb ${name}"), or correct its name`
    case '42501': // insufficient_privilege
      return 'grant this user the missing privilege'
    case '53300': // too_many_connections
      return 'stop other programs that use it, or raise its max_connections'
    case '57P03': // cannot_connect_now
      return 'wait until it has started'
    default:
      return undefined
  }
}

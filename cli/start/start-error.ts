import { isUnreachable } from '#runtime/database/errors.ts'
import { isBundled } from '#runtime/process/modules.ts'
import type { Process } from '#runtime/topology/topology.ts'
import { remedyOfRefusal } from '../support/database-refusals.ts'
import { UserError } from '../support/report-error.ts'

/** Whether an error comes from this database server. A start also resolves other host names and listens on ports. */
function isDatabaseError(
  { hostname }: URL,
  {
    code = '',
    syscall,
    hostname: lookedUp,
    address,
    ...error
  }: NodeJS.ErrnoException & { hostname?: string; address?: string },
): boolean {
  if (remedyOfRefusal(code, '') !== undefined) return true
  if (syscall === 'getaddrinfo') return lookedUp === hostname
  if (syscall !== undefined) return syscall === 'connect'
  return isUnreachable({ ...error, code }) && (address === undefined || address === hostname)
}

/**
 * Turns an error that ended a start into a UserError with the remedy; other errors are returned unchanged. `own`: the
 * process that was started. `databaseUrl`: its database. `host`: the address to listen on.
 */
export function toStartError(
  error: unknown,
  own: Process | undefined,
  { databaseUrl, host }: { databaseUrl?: string | undefined; host?: string } = {},
): unknown {
  if (error instanceof Error && error.message.startsWith('Cannot start the process'))
    return new UserError(error.message)
  const { code, port, syscall, hostname } = error as NodeJS.ErrnoException & {
    port?: number
    hostname?: string
  }
  if (code === 'EADDRINUSE') {
    const remedy =
      port === own?.port
        ? `choose another: PANDO_PORT=${(port ?? 4000) + 1} npm start`
        : `change the port of "${own?.name}" in the topology`
    return new UserError(
      `Cannot listen on port ${port}: another program uses it. Stop that program, or ${remedy}`,
    )
  }
  const isUnknownHost = syscall === 'getaddrinfo' && hostname === host && host !== undefined
  if (code === 'EADDRNOTAVAIL' || isUnknownHost)
    return new UserError(
      `Cannot listen on "${host}": it is not an address of this machine. Set PANDO_HOST to one, such as 127.0.0.1, or to 0.0.0.0 for all`,
    )
  if (code === 'EACCES' && syscall === 'listen')
    return new UserError(
      `Cannot listen on port ${port}: this user has no permission to. Choose a port above 1023 with PANDO_PORT`,
    )
  const server = databaseUrl === undefined ? null : URL.parse(databaseUrl)
  if (
    server &&
    isDatabaseError(server, error as NodeJS.ErrnoException & { hostname?: string; address?: string })
  ) {
    const isInTopology = own?.database.kind === 'url' && own.database.url === databaseUrl
    const alternative = isInTopology
      ? `correct the address that the topology gives "${own.name}"`
      : 'name another one with DATABASE_URL'
    const name = server.pathname.slice(1)
    const remedy = remedyOfRefusal(code, name) ?? 'start that server and let this user in'
    return new UserError(
      `Cannot use the database ${name} at ${server.host}: ${(error as Error).message}. ${remedy[0]!.toUpperCase()}${remedy.slice(1)}, or ${alternative}`,
    )
  }
  if ((error as Error).name === 'EmbeddedDatabaseError' && isBundled())
    return new UserError(
      'Cannot start: DATABASE_URL is not set, and an artefact has no embedded PostgreSQL. Set DATABASE_URL',
    )
  return error
}

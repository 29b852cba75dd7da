import { isUnreachable } from '#runtime/database/errors.ts'
import { isBundled } from '#runtime/process/modules.ts'
import type { Process } from '#runtime/topology/topology.ts'
import { remedyOfRefusal } from '../support/database-refusals.ts'
import { UserError } from '../support/report-error.ts'

/** Whether it is this server that cannot be used: other things are looked up and listened to at a start too. */
function isOf(
  { hostname }: URL,
  {
    code = '',
    syscall,
    hostname: asked,
    address,
    ...error
  }: NodeJS.ErrnoException & { hostname?: string; address?: string },
): boolean {
  if (remedyOfRefusal(code, '') !== undefined) return true
  if (syscall === 'getaddrinfo') return asked === hostname
  if (syscall !== undefined) return syscall === 'connect'
  return isUnreachable({ ...error, code }) && (address === undefined || address === hostname)
}

/**
 * Puts what came in the way of a start into words for a person. `own`: the process whose ports they are. `databaseUrl`:
 * the database that the settings name. `host`: the address to listen on.
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
    return new UserError(`Cannot listen on port ${port}: another program has it. Stop that one, or ${remedy}`)
  }
  const isNoHost = syscall === 'getaddrinfo' && hostname === host && host !== undefined
  if (code === 'EADDRNOTAVAIL' || isNoHost)
    return new UserError(
      `Cannot listen on "${host}": it is no address of this machine. Give one with PANDO_HOST, such as 127.0.0.1, or 0.0.0.0 for all`,
    )
  if (code === 'EACCES' && syscall === 'listen')
    return new UserError(
      `Cannot listen on port ${port}: this user may not. Choose one above 1023 with PANDO_PORT`,
    )
  const server = databaseUrl === undefined ? null : URL.parse(databaseUrl)
  if (server && isOf(server, error as NodeJS.ErrnoException & { hostname?: string; address?: string })) {
    const isInTopology = own?.database.kind === 'url' && own.database.url === databaseUrl
    const orElse = isInTopology
      ? `correct the address that the topology gives "${own.name}"`
      : 'name another with DATABASE_URL'
    const name = server.pathname.slice(1)
    const remedy = remedyOfRefusal(code, name) ?? 'start that server and let this user in'
    return new UserError(
      `Cannot use the database ${name} at ${server.host}: ${(error as Error).message}. ${remedy[0]!.toUpperCase()}${remedy.slice(1)}, or ${orElse}`,
    )
  }
  if ((error as Error).name === 'EmbeddedDatabaseError' && isBundled())
    return new UserError(
      'Cannot start: DATABASE_URL is not set, and an artefact brings no PostgreSQL of its own',
    )
  return error
}

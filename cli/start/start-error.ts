import { isUnreachable } from '#runtime/database/errors.ts'
import { runtimeSettings } from '#runtime/process/config.ts'
import { isBundled } from '#runtime/process/modules.ts'
import type { Process } from '#runtime/topology/topology.ts'
import { remedyOfRefusal } from '../support/database-refusals.ts'
import { UserError } from '../support/report-error.ts'

/** An error of the system or of PostgreSQL. */
type SystemError = NodeJS.ErrnoException & {
  /** The host name that was looked up. */
  hostname?: string
  address?: string
  port?: number
  /** One for each address of the host name of a server that is not a database: NATS or another process. */
  errors?: readonly SystemError[]
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
  const { code, port, syscall, hostname } = error as SystemError
  if (code === 'EADDRINUSE') {
    const remedy = isSetByVariable(port, own)
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
  if (code === 'EACCES' && syscall === 'listen') {
    const remedy = isSetByVariable(port, own)
      ? 'Choose a port above 1023 with PANDO_PORT'
      : `Change the port of "${own?.name}" in the topology to one above 1023`
    return new UserError(`Cannot listen on port ${port}: this user has no permission to. ${remedy}`)
  }
  const server = databaseUrl === undefined ? null : URL.parse(databaseUrl)
  if (server && isDatabaseError(server, error as SystemError)) {
    const isInTopology = own?.database.kind === 'url' && own.database.url === databaseUrl
    const alternative = isInTopology
      ? `correct the address that the topology gives "${own.name}"`
      : 'set DATABASE_URL to the URL of another database'
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

/** Whether the port is the public one and has the value of PANDO_PORT, which a port in the topology file overrides. */
function isSetByVariable(port: number | undefined, own: Process | undefined): boolean {
  const variable = process.env.PANDO_PORT || runtimeSettings.PANDO_PORT.default
  return own === undefined || (port === own.port && port === Number(variable))
}

/** Whether an error comes from this database server. A start also looks up and connects to other servers, such as NATS. */
function isDatabaseError(server: URL, error: SystemError): boolean {
  const { code = '', syscall, hostname, address, port } = error.errors?.[0] ?? error
  if (remedyOfRefusal(code, '') !== undefined) return true
  if (syscall === 'getaddrinfo') return hostname === server.hostname
  // The host name of the URL may stand for the address. A connection over a Unix socket has no port
  if (syscall === 'connect') return port === undefined || port === Number(server.port || 5432)
  if (syscall !== undefined) return false
  return isUnreachable(error) && (address === undefined || address === server.hostname)
}

import { Failure } from '#runtime/contract/failure.ts'
import { folderOf } from './data-folder.ts'

/** An error whose message is all that a person needs: what was wrong, where, and what to do. */
export class UserError extends Error {}

/**
 * Writes an error for the person at the terminal, or as `{"error": …}` on the standard output for a program that asked for
 * JSON; mistakes of ours with their stack.
 */
export function reportError(error: unknown, { json = false } = {}): void {
  const words = describeError(error)
  if (json) console.log(JSON.stringify({ error: words ?? messageOf(error) }))
  if (words === undefined) console.error(error instanceof Error ? error.stack : String(error))
  else if (!json) console.error(`pando: ${words}`)
}

/** Undefined for a mistake of ours. */
function describeError(error: unknown): string | undefined {
  const message = messageOf(error)
  const { name, code, path, severity, syscall } = (error ?? {}) as NodeJS.ErrnoException & {
    severity?: string
  }
  if (code === NO_CONNECTION_LEFT)
    return `Cannot use the database: all of its connections are taken (${message}). Stop what else uses it, or raise its max_connections`
  // PostgreSQL ends a connection, or refuses it, with an error of this severity
  if (name === 'DatabaseUnreachable' || severity === 'FATAL' || syscall === 'connect') {
    const what = syscall === 'connect' ? 'Cannot connect' : 'Cannot use the database'
    return `${what}: ${message}. See what "pando doctor" says of it`
  }
  if (path !== undefined && FORBIDDEN.has(code ?? ''))
    return `Cannot use ${path}: ${message}. Let this user read and write there, or name another folder (PANDO_DATA)`
  if (FULL.has(code ?? ''))
    return `Cannot write${path === undefined ? '' : ` ${path}`}: ${message}. Free some room there; the data folder is ${folderOf()}, and PANDO_DATA names another one`
  if (error instanceof Failure) return describeFailure(error)
  const isPlain =
    error instanceof UserError || name === 'EmbeddedDatabaseError' || message.startsWith('Cannot ')
  return isPlain ? message : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What was given to a command is a method's input, of which the person knows neither name nor form. */
function describeFailure({ code, message, fields = [] }: Failure): string {
  const lines = fields.map((each) => `${each.field.replace(/^\//, '') || 'it'} ${each.message}`)
  if (code !== 'INVALID_INPUT' || lines.length === 0)
    return [message, ...lines.map((line) => `  ${line}`)].join('\n')
  return `Cannot take what was given: ${lines.join('; ')}`
}

/** Files and folders that are not what they should be for this user: the machine's matter, and no mistake of ours. */
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'])

/** No room, or none for this user. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** 53300 too_many_connections (PostgreSQL, appendix A): for commands beside a running shop, whose connections count too. */
const NO_CONNECTION_LEFT = '53300'

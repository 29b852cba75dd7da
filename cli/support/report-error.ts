import { Failure } from '#runtime/contract/failure.ts'
import { folderOf } from './data-folder.ts'

/** An error whose message is complete for the user: what was wrong, where, and what to do. No stack is printed. */
export class UserError extends Error {}

/**
 * Prints an error to standard error; with `json` as `{"error": …}` to standard output. Prints the stack of a bug to
 * standard error in both cases.
 */
export function reportError(error: unknown, { json = false } = {}): void {
  const text = describeError(error)
  if (json) console.log(JSON.stringify({ error: text ?? messageOf(error) }))
  if (text === undefined) console.error(error instanceof Error ? error.stack : String(error))
  else if (!json) console.error(`pando: ${text}`)
}

/** The message for the user; undefined for a bug. */
function describeError(error: unknown): string | undefined {
  const message = messageOf(error)
  const { name, code, path, severity, syscall } = (error ?? {}) as NodeJS.ErrnoException & {
    severity?: string
  }
  if (code === NO_CONNECTION_LEFT)
    return `Cannot use the database: all of its connections are taken (${message}). Stop other programs that use it, or raise its max_connections`
  // PostgreSQL refuses and ends connections with errors of this severity
  if (name === 'DatabaseUnreachable' || severity === 'FATAL' || syscall === 'connect') {
    const what = syscall === 'connect' ? 'Cannot connect' : 'Cannot use the database'
    return `${what}: ${message}. Run "pando doctor" for details`
  }
  if (path !== undefined && FORBIDDEN.has(code ?? ''))
    return `Cannot use ${path}: ${message}. Let this user read and write there, or name another data folder with PANDO_DATA`
  if (FULL.has(code ?? ''))
    return `Cannot write${path === undefined ? '' : ` ${path}`}: ${message}. Free disk space there; the data folder is ${folderOf()}, and PANDO_DATA names another one`
  if (error instanceof Failure) return describeFailure(error)
  const isPlain =
    error instanceof UserError || name === 'EmbeddedDatabaseError' || message.startsWith('Cannot ')
  return isPlain ? message : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Names the invalid fields but not the method: the user of a command knows its arguments, not the method that it calls. */
function describeFailure({ code, message, fields = [] }: Failure): string {
  const lines = fields.map((each) => `${each.field.replace(/^\//, '') || 'it'} ${each.message}`)
  if (code !== 'INVALID_INPUT' || lines.length === 0)
    return [message, ...lines.map((line) => `  ${line}`)].join('\n')
  return `Cannot accept the input: ${lines.join('; ')}`
}

/** Problems of the machine rather than bugs: files or folders of the wrong type, or without permissions. */
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'])

/** The disk is full, or the user's quota is used up. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** 53300 too_many_connections (PostgreSQL, appendix A). A running shop uses connections of the same limit. */
const NO_CONNECTION_LEFT = '53300'

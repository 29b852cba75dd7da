import { Failure } from '#runtime/contract/failure.ts'
import { folderOf } from './data-folder.ts'

/** An error whose message is all that a person needs: what was wrong, where, and what to do. */
export class UserError extends Error {}

/** Writes an error for the person at the terminal; mistakes of ours with their stack. */
export function reportError(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  if ((error as { code?: unknown } | null)?.code === NO_CONNECTION_LEFT) {
    console.error(
      `pando: Cannot use the database: all of its connections are taken (${message}). Stop what else uses it, or raise its max_connections`,
    )
    return
  }
  const { severity, syscall } = (error ?? {}) as Record<string, unknown>
  // PostgreSQL ends a connection, or refuses it, with an error of this severity
  if (name === 'DatabaseUnreachable' || severity === 'FATAL' || syscall === 'connect') {
    const what = syscall === 'connect' ? 'Cannot connect' : 'Cannot use the database'
    console.error(`pando: ${what}: ${message}. See what "pando doctor" says of it`)
    return
  }
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException
  if (path !== undefined && FORBIDDEN.has(code ?? '')) {
    console.error(
      `pando: Cannot use ${path}: ${message}. Let this user read and write there, or name another folder (PANDO_DATA)`,
    )
    return
  }
  if (FULL.has(code ?? '')) {
    console.error(
      `pando: Cannot write${path === undefined ? '' : ` ${path}`}: ${message}. Free some room there; the data folder is ${folderOf()}, and PANDO_DATA names another one`,
    )
    return
  }
  const plain =
    error instanceof UserError ||
    error instanceof Failure ||
    name === 'EmbeddedDatabaseError' ||
    /^Cannot /.test(message)
  console.error(plain ? `pando: ${message}` : stack)
  if (error instanceof Failure)
    for (const { field, message: problem } of error.fields ?? []) console.error(`  ${field} ${problem}`)
}

/** Files and folders that are not what they should be for this user: the machine's matter, and no mistake of ours. */
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'])

/** No room, or none for this user. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** 53300 too_many_connections (PostgreSQL, appendix A): for commands beside a running shop, whose connections count too. */
const NO_CONNECTION_LEFT = '53300'

import { Failure } from '#runtime/contract/failure.ts'

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
  const plain =
    error instanceof UserError ||
    error instanceof Failure ||
    name === 'EmbeddedDatabaseError' ||
    /^Cannot /.test(message)
  console.error(plain ? `pando: ${message}` : stack)
  if (error instanceof Failure)
    for (const { field, message: problem } of error.fields ?? []) console.error(`  ${field} ${problem}`)
}

/** 53300 too_many_connections (PostgreSQL, appendix A): for commands beside a running shop, whose connections count too. */
const NO_CONNECTION_LEFT = '53300'

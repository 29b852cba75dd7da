import { Failure } from '#runtime/contract/failure.ts'

/** An error whose message is all that a person needs: what was wrong, where, and what to do. */
export class UserError extends Error {}

/** Writes an error for the person at the terminal; mistakes of ours with their stack. */
export function reportError(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const plain =
    error instanceof UserError ||
    error instanceof Failure ||
    name === 'EmbeddedDatabaseError' ||
    /^Cannot /.test(message)
  console.error(plain ? `pando: ${message}` : stack)
  if (error instanceof Failure)
    for (const { field, message: problem } of error.fields ?? []) console.error(`  ${field} ${problem}`)
}

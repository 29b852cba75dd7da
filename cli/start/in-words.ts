import type { Process } from '#runtime/topology/topology.ts'
import { UserError } from '../support/report-error.ts'

/** Puts what came in the way of a start into words for a person. `own`: the process whose ports they are. */
export function inWords(error: unknown, own: Process | undefined): unknown {
  if (error instanceof Error && error.message.startsWith('Cannot start the process'))
    return new UserError(error.message)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') {
    const remedy =
      port === own?.port
        ? `choose another: PANDO_PORT=${(port ?? 4000) + 1} npm start`
        : `change the port of "${own?.name}" in the topology`
    return new UserError(`Cannot listen on port ${port}: another program has it. Stop that one, or ${remedy}`)
  }
  if (code === 'EACCES')
    return new UserError(
      `Cannot listen on port ${port}: this user may not. Choose one above 1023 with PANDO_PORT`,
    )
  return error
}

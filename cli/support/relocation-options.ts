import { type Command, Option } from 'commander'
import type { RelocationRequest } from '#runtime/relocation/relocation.ts'
import { STEPS } from '#runtime/relocation/steps.ts'
import { UserError } from './report-error.ts'
import type { RelocationOptions } from './request-relocation.ts'

export interface MoveOptions extends RelocationOptions {
  dryRun?: boolean
  holdAt?: RelocationRequest['holdAt']
}

/** Adds the options that splits and merges have in common. */
export function addMoveOptions(command: Command): Command {
  return command
    .option('--dry-run', 'print what would be done and all problems that prevent it, and change nothing')
    .option('--out <file>', 'write the resulting topology to this file too')
    .option('--json', 'print one JSON object a line: progress, and the result or the error at the end')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addOption(new Option('--hold-at <step>', 'for tests: stop before this step').choices(STEPS).hideHelp())
}

/** The part of a request that comes from these options. */
export function moveRequest({ dryRun, holdAt }: MoveOptions): Partial<RelocationRequest> {
  return { ...(dryRun ? { dryRun } : {}), ...(holdAt ? { holdAt } : {}) }
}

/**
 * Parses a database from the command line: an address, `env:NAME`, or a name on the default server. The running shop does
 * not have this terminal's variables, so the request also contains the variable's value.
 */
export function readDatabase(
  text: string,
  environment: Record<string, string | undefined>,
): NonNullable<RelocationRequest['database']> {
  const variable = text.match(/^env:(.*)$/)?.[1]
  if (variable !== undefined) {
    const url = environment[variable]
    if (!url)
      throw new UserError(
        `Cannot take the database from ${variable}: the variable is not set. Set it to postgres://user:password@host:port/database, here and wherever the shop is started`,
      )
    return { from: text, url }
  }
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? { from: text, url: text } : { name: text }
}

/** The part of the help after the options. */
export const MOVE_HELP = `
The running shop does the move. This command shows the progress; Ctrl-C detaches it, and the shop continues.
Exit code: 0 done, or a dry run without problems; 1 refused, a dry run with problems, or the move stopped and waits for
"pando migration resume" or "pando migration rollback"; 130 detached by Ctrl-C.`

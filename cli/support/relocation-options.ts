import { type Command, Option } from 'commander'
import { type RelocationRequest, STEPS } from '#runtime/relocation/relocation.ts'
import { UserError } from './report-error.ts'
import type { RelocationOptions } from './request-relocation.ts'

export interface MoveOptions extends RelocationOptions {
  dryRun?: boolean
  holdAt?: RelocationRequest['holdAt']
}

/** The options that a split and a merge have in common. */
export function addMoveOptions(command: Command): Command {
  return command
    .option('--dry-run', 'print what would be done and what is in the way, and change nothing')
    .option('--out <file>', 'write the topology file that describes the shop afterwards')
    .option('--json', 'print one JSON object a line: progress, and the result or the error at the end')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addOption(new Option('--hold-at <step>', 'for tests: stop before this step').choices(STEPS).hideHelp())
}

/** Of a request what these options say. */
export function moveRequest({ dryRun, holdAt }: MoveOptions): Partial<RelocationRequest> {
  return { ...(dryRun ? { dryRun } : {}), ...(holdAt ? { holdAt } : {}) }
}

/**
 * Reads a database from the command line: an address, `env:NAME`, or a name on the default server. The shop itself has
 * not this terminal's variables, so that it is told what one stands for.
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
        `Cannot take the database from ${variable}: it is not set. Set it to postgres://user:password@host:port/database, here and wherever the shop is started`,
      )
    return { from: text, url }
  }
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? { from: text, url: text } : { name: text }
}

/** What comes after the options in the help. */
export const MOVE_HELP = `
The shop does it by itself: this command shows how far it is, and may be left with Ctrl-C.
Exit code: 0 done, or nothing in the way of a dry run; 1 refused, or it stopped and waits for "pando migration resume"
or "rollback"; 130 left by Ctrl-C, while it goes on.`

import { type Command, InvalidArgumentError } from 'commander'
import type { RelocationRequest } from '#runtime/relocation/relocation.ts'
import { MAX_PORT } from '#runtime/topology/limits.ts'
import {
  addMoveOptions,
  MOVE_HELP,
  type MoveOptions,
  moveRequest,
  readDatabase,
} from './support/relocation-options.ts'
import { UserError } from './support/report-error.ts'
import { requestRelocation } from './support/request-relocation.ts'

interface Options extends MoveOptions {
  process?: string
  database?: string
  port?: number
}

/** `pando split`: moves modules of the running shop, with their data, into a new process. */
export function addSplit(program: Command): void {
  const command = program
    .command('split')
    .description('move modules of the running shop, with their data, into a process of their own')
    .argument('<module...>', 'modules to move; all must be in the same process')
    .option('--process <name>', 'name of the new process (default: the name of the module)')
    .option(
      '--database <url|env:NAME|name>',
      'database for the data of the modules: a URL; env:NAME, if the variable NAME has a URL; or the name of a database on the default server (default: a new database there)',
    )
    .option(
      '--port <number>',
      'internal port of the new process (default: one that is free on this machine)',
      readPort,
    )
  addMoveOptions(command)
    .addHelpText('after', MOVE_HELP)
    .action(async (named: string[], options: Options) => {
      const modules = [...new Set(named)]
      const request: RelocationRequest = {
        modules,
        toProcess: options.process ?? processNameFor(modules),
        target: 'new',
        ...(options.database ? { database: readDatabase(options.database, process.env) } : {}),
        ...(options.port === undefined ? {} : { port: options.port }),
        ...moveRequest(options),
      }
      await requestRelocation('relocate', request, options)
    })
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > MAX_PORT)
    throw new InvalidArgumentError(`It must be a number from 1 to ${MAX_PORT}`)
  return Number(text)
}

function processNameFor(modules: readonly string[]): string {
  const [only, ...others] = modules
  if (others.length === 0) return only!
  throw new UserError(
    `Cannot split ${modules.join(', ')}: the new process of several modules needs a name. Give one with --process`,
  )
}

import type { Command } from 'commander'
import type { RelocationRequest } from '#runtime/relocation/relocation.ts'
import { addMoveOptions, MOVE_HELP, type MoveOptions, moveRequest } from './support/relocation-options.ts'
import { requestRelocation } from './support/request-relocation.ts'

/** `pando merge`: moves modules of the running shop, with their data, into another of its processes. */
export function addMerge(program: Command): void {
  const command = program
    .command('merge')
    .description('move modules of the running shop, with their data, into another of its processes')
    .argument('<module...>', 'modules to move; all must be in the same process')
    .requiredOption('--into <process>', 'name of the target process in the topology')
  addMoveOptions(command)
    .addHelpText('after', MOVE_HELP)
    .action(async (modules: string[], options: MoveOptions & { into: string }) => {
      const request: RelocationRequest = {
        modules: [...new Set(modules)],
        toProcess: options.into,
        target: 'existing',
        ...moveRequest(options),
      }
      await requestRelocation('relocate', request, options)
    })
}

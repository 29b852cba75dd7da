import type { Command } from 'commander'

/** Adds the option `--data`, which overrides PANDO_DATA, to a command that opens the shop itself. */
export function addDataOption(command: Command): Command {
  return command
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .hook('preAction', (_, acting) => {
      const { data } = acting.opts<{ data?: string }>()
      if (data) process.env.PANDO_DATA = data
    })
}

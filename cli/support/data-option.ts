import type { Command } from 'commander'

/** Gives a command that opens the shop by itself `--data`, which stands above PANDO_DATA. */
export function addDataOption(command: Command): Command {
  return command
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .hook('preAction', (_, acting) => {
      const { data } = acting.opts<{ data?: string }>()
      if (data) process.env.PANDO_DATA = data
    })
}

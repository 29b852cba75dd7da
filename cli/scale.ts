import { type Command, InvalidArgumentError } from 'commander'
import { changeShop, DETACHED } from './support/change-shop.ts'

/** `pando scale`: more or fewer replicas of a process of the running shop. */
export function addScale(program: Command): void {
  program
    .command('scale')
    .description('run more or fewer replicas of a process of the running shop, with no request lost')
    .argument('<process>', 'its name in the topology')
    .argument('<count>', 'how many of it shall run', readCount)
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText(
      'after',
      `\nUntil the shop stops; "replicas" in the topology file says how many it starts with.\nExit code: 0 so many run, 1 a new one did not come up: then everything is as before, ${DETACHED}.`,
    )
    .action(async (process: string, count: number, { data }: { data?: string }) => {
      const began = performance.now()
      await changeShop('scale', { process, count }, data)
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(`${process} runs ${count === 1 ? 'once' : `${count} times`}, after ${seconds} s`)
    })
}

function readCount(value: string): number {
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new InvalidArgumentError('It must be a number, 1 or more')
  return Number(value)
}

import { type Command, InvalidArgumentError } from 'commander'
import { MAX_REPLICAS } from '#runtime/topology/limits.ts'
import { changeShop, DETACHED } from './support/change-shop.ts'

/** `pando scale`: changes the number of replicas of a process of the running shop. */
export function addScale(program: Command): void {
  program
    .command('scale')
    .description('change the number of replicas of a process of the running shop, without losing a request')
    .argument('<process>', 'name of the process in the topology')
    .argument('<count>', 'number of replicas to run', readCount)
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText(
      'after',
      `\nThe number holds until the shop stops; "replicas" in the topology file sets the number for a start.\nExit code: 0 the replicas run, 1 a new one did not become ready and nothing has changed, ${DETACHED}.`,
    )
    .action(async (process: string, count: number, { data }: { data?: string }) => {
      const began = performance.now()
      await changeShop('scale', { process, count }, data)
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(`${process} scaled to ${count === 1 ? '1 replica' : `${count} replicas`} in ${seconds} s`)
    })
}

function readCount(value: string): number {
  const count = Number(value)
  if (!/^\d{1,9}$/.test(value) || count < 1 || count > MAX_REPLICAS)
    throw new InvalidArgumentError(`It must be a number from 1 to ${MAX_REPLICAS}`)
  return count
}

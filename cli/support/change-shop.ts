import { detachOnInterrupt } from './detach-on-interrupt.ts'
import { describeProgress } from './progress-lines.ts'
import { callRunningShop } from './running-shop.ts'

/** Has the running shop change its processes, and prints a line for each step. Ctrl-C detaches; the shop continues. */
export async function changeShop(
  operation: 'deploy' | 'scale',
  input: object,
  data: string | undefined,
): Promise<void> {
  await detachOnInterrupt('"npx pando status" shows what runs', () =>
    callRunningShop(operation, input, {
      data,
      onProgress: (progress) => console.log(describeProgress(progress)),
    }),
  )
}

/** The text about exit code 130 in the help of the commands that Ctrl-C detaches from the shop. */
export const DETACHED = '130 detached by Ctrl-C while the shop continues'

import { detachOnInterrupt } from './detach-on-interrupt.ts'
import { describeProgress } from './progress-lines.ts'
import { callRunningShop } from './running-shop.ts'

/** Lets the running shop change its processes, with a line for each step. Ctrl-C leaves it to the shop. */
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

/** For the help of commands that do so. */
export const DETACHED = '130 left by Ctrl-C, while it goes on in the shop'

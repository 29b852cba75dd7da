import { leaveToShop } from './leave-to-shop.ts'
import { describeProgress } from './progress-lines.ts'
import { askRunningShop } from './running-shop.ts'

/** Lets the running shop change its processes, with a line for each step. Ctrl-C leaves it to the shop. */
export async function changeShop(
  operation: 'deploy' | 'scale',
  input: object,
  data: string | undefined,
): Promise<void> {
  await leaveToShop('"npx pando status" shows what runs', () =>
    askRunningShop(operation, input, {
      data,
      onProgress: (progress) => console.log(describeProgress(progress)),
    }),
  )
}

/** For the help of commands that do so. */
export const LEFT = '130 left by Ctrl-C, while it goes on in the shop'

import { runToEnd } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const TARGET_US = 3

/** Measures the time of a call between modules in one process, in addition to that of its handler. */
export async function measureLocalCall(): Promise<Row> {
  const { direct, dispatched } = await runToEnd<{ direct: number; dispatched: number }>([
    'bench/support/local-call.ts',
  ])
  const added = dispatched - direct
  return {
    work: 'a local cross-module call',
    figure: `${added.toFixed(2)} us on top of the handler's ${direct.toFixed(2)} us`,
    target: `within ${TARGET_US} us`,
    met: added <= TARGET_US,
    data: { direct, dispatched },
  }
}

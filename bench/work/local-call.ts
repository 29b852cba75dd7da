import { runToEnd } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const BAR_US = 3

/** What a call between modules costs on top of the handler. */
export async function measureLocalCall(): Promise<Row> {
  const { direct, through } = await runToEnd<{ direct: number; through: number }>([
    'bench/support/local-call.ts',
  ])
  const added = through - direct
  return {
    work: 'a local cross-module call',
    figure: `${added.toFixed(2)} us on top of the handler's ${direct.toFixed(2)} us`,
    bar: `within ${BAR_US} us`,
    met: added <= BAR_US,
    data: { direct, through },
  }
}

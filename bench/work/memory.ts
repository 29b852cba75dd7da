import type { BenchShop } from '../support/bench-shop.ts'
import { residentMegabytes } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const TARGETS_MB = { idle: 150, load: 250 }

/** Measures the resident memory of the shop's Node.js process. */
export async function measureMemory(shop: BenchShop, when: 'idle' | 'load'): Promise<Row> {
  const megabytes = residentMegabytes(shop.server.pid)
  return {
    work: when === 'idle' ? 'resident memory, idle after the start' : 'resident memory, right after the load',
    figure: `${megabytes.toFixed(0)} MB`,
    target: `under ${TARGETS_MB[when]} MB`,
    met: megabytes < TARGETS_MB[when],
    data: { megabytes },
  }
}

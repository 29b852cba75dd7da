import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { ensureDatabase } from '#runtime/database/ensure-database.ts'
import { runToEnd } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const TARGET_PER_SECOND = 2000
const BACKLOGS = [10, 1_000_000]

/**
 * Measures the events per second that one process delivers to a reaction that handles one at a time, while few and while
 * many wait.
 */
export async function measureEvents(): Promise<Row> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-bench-events-'))
  const database = await startEmbedded({ directory: join(directory, 'postgres') })
  try {
    const rates: number[] = []
    for (const backlog of BACKLOGS) {
      const url = new URL(database.url)
      url.pathname = `/waiting_${backlog}`
      await ensureDatabase(url.href)
      const { perSecond } = await runToEnd<{ perSecond: number }>(
        ['bench/support/event-relay.ts', String(backlog)],
        { DATABASE_URL: url.href },
      )
      rates.push(perSecond)
    }
    const [few, many] = rates as [number, number]
    return {
      work: 'events delivered a second in one process, while 10 and while 1,000,000 wait',
      figure: `${few.toFixed(0)} and ${many.toFixed(0)}`,
      target: `${TARGET_PER_SECOND} each`,
      met: rates.every((rate) => rate >= TARGET_PER_SECOND),
      data: { few, many },
    }
  } finally {
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

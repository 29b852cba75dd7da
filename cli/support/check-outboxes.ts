import { openPool, type Pool } from '#runtime/database/pool.ts'
import { outboxNote } from '#runtime/events/outbox-watch.ts'
import { formatCount, readOutboxState } from '#runtime/events/undelivered-events.ts'
import type { Config } from '#runtime/process/config.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { databaseUrlOf, type Topology } from '#runtime/topology/topology.ts'
import { findServer } from './database.ts'
import type { Finding } from './finding.ts'

const ABOUT = 'events'

/** Checks whether events are parked or have waited too long in the running databases of this shop. */
export async function checkOutboxes(config: Config, topology: Topology): Promise<Finding> {
  const server = await findServer(config, topology)
  if (!server) return { state: 'ok', about: ABOUT, text: 'not checked, because the database is not running' }
  const pools = new Map<string, Pool>()
  try {
    const contracts = await loadContracts()
    const states = []
    for (const { name } of contracts) {
      const url = databaseUrlOf(topology.processOf(name), server.serverUrl)
      if (!url) continue
      const sql = pools.get(url) ?? openPool({ url, max: 1, name: 'pando-doctor' })
      pools.set(url, sql)
      const [row] = await sql<{ found: boolean }[]>`
        select to_regclass(${`${name}.pando_outbox`}) is not null as found`
      if (row!.found) states.push({ module: name, ...(await readOutboxState(sql, name)) })
    }
    const note = outboxNote(states)
    const waiting = states.reduce((sum, state) => sum + state.waiting, 0)
    if (note === undefined)
      return { state: 'ok', about: ABOUT, text: `${formatCount(waiting)} waiting for delivery` }
    return {
      state: 'wrong',
      about: ABOUT,
      text: note,
      remedy: 'fix the errors that the list shows, then run "pando events retry ID"',
    }
  } catch (error) {
    return { state: 'note', about: ABOUT, text: `cannot be checked (${(error as Error).message})` }
  } finally {
    await Promise.all([...pools.values()].map((sql) => sql.end({ timeout: 1 })))
  }
}

import type { Log } from '#runtime/base/log.ts'
import type { Config } from '#runtime/process/config.ts'
import { variableOf } from '#runtime/topology/resolve.ts'
import { describeDatabase, type Topology } from '#runtime/topology/topology.ts'
import { type Home, homeOf } from '../support/home.ts'
import { recordedHome, recordTopology } from '../support/shop-record.ts'
import type { UnfinishedRelocation } from './unfinished-relocation.ts'

/** Records the topology and the home that a whole shop starts with, in the data folder. Returns the home. */
export async function recordStart({
  config,
  topology,
  unfinished,
  log,
}: {
  config: Config
  topology: Topology
  unfinished: UnfinishedRelocation | undefined
  log: Log
}): Promise<Home> {
  const home = await homeOf(config, topology)
  const name = home.kind === 'url' ? home.from : undefined
  const nameBefore = await recordedHome(config.dataDirectory)
  // The topology of an unfinished move is recorded when the move ends
  if (!unfinished?.topology) await recordTopology(config.dataDirectory, topology, { home: name })
  if (nameBefore?.startsWith('env:') && nameBefore !== name && !config.databaseUrl) {
    const current = home.kind === 'url' ? describeDatabase({ database: home }) : 'the default server'
    log.warn(
      {},
      `splits and merges are recorded in ${current} from now on: ${variableOf(nameBefore)}, the address of the database with the earlier records, is not set`,
    )
  }
  return home
}

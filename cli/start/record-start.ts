import type { Log } from '#runtime/base/log.ts'
import type { Config } from '#runtime/process/config.ts'
import { describeDatabase, type Topology } from '#runtime/topology/topology.ts'
import { type Home, homeOf } from '../support/home.ts'
import { recordedHome, recordTopology } from '../support/shop-record.ts'
import type { UnfinishedRelocation } from './unfinished-relocation.ts'

/** Notes what a whole shop starts with, its topology and its home; answers the home. */
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
  const from = home.kind === 'url' ? home.from : undefined
  const before = await recordedHome(config.dataDirectory)
  // A topology that a move has come to is noted when that ends.
  if (!unfinished?.topology) await recordTopology(config.dataDirectory, topology, { home: from })
  if (before?.startsWith('env:') && before !== from && !config.databaseUrl) {
    const place = home.kind === 'url' ? describeDatabase({ database: home }) : 'the default server'
    log.warn(
      {},
      `splits and merges are recorded in ${place} from now on: ${before}, which has the earlier ones, is not set`,
    )
  }
  return home
}

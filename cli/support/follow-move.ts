import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '#runtime/contract/contract.ts'
import { openPool } from '#runtime/database/pool.ts'
import type { Config } from '#runtime/process/config.ts'
import type { RelocationPlan } from '#runtime/relocation/relocation.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { RELOCATIONS_FOLDER } from './data-folder.ts'
import { homeOf } from './home.ts'

/**
 * The current topology of a shop: when an unfinished move has sealed the old tables, the topology that the move leads to,
 * else `topology`. Changes nothing. `serverUrl`: the URL of the default server, if there is one.
 */
export async function followMove(
  topology: Topology,
  config: Config,
  { contracts, serverUrl }: { contracts: readonly Contract[]; serverUrl: string | undefined },
): Promise<Topology> {
  const files = await readdir(join(config.dataDirectory, RELOCATIONS_FOLDER)).catch(() => [])
  if (files.length === 0) return topology
  const home = await homeOf(config, topology)
  const homeUrl = home.kind === 'url' ? home.url : serverUrl
  if (homeUrl === undefined) return topology
  const [{ locatePlan, migratables, parse }, { findUnfinished }] = await Promise.all([
    import('../start/relocations.ts'),
    import('#runtime/relocation/unfinished.ts'),
  ])
  const sql = openPool({ url: homeUrl, max: 1, name: 'pando-tool' })
  try {
    const updateUrls = (plan: RelocationPlan) => locatePlan(plan, { contracts, serverUrl })
    const found = await findUnfinished(sql, { migratables, updateUrls })
    return found?.isAtTarget ? parse(found.plan.topologyAfter, contracts) : topology
  } finally {
    await sql.end({ timeout: 1 })
  }
}

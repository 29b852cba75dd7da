import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { Contract } from '#runtime/contract/contract.ts'
import { runtimeSettings } from '#runtime/process/config.ts'
import { readTopology } from '#runtime/topology/read.ts'
import type { TopologyOptions } from '#runtime/topology/resolve.ts'
import { showSource, type Topology } from '#runtime/topology/topology.ts'
import { UserError } from './report-error.ts'
import { recordedTopology } from './shop-record.ts'

const DEFAULT_TOPOLOGY = 'monolith'

/**
 * The topology that a command was given by `--topology`, else by PANDO_TOPOLOGY, else the one that the shop of the data
 * folder (PANDO_DATA) ran in last, else the monolith. Throws with every mistake in it.
 */
export async function chosenTopology(
  option: string | undefined,
  contracts: readonly Contract[],
  starting: TopologyOptions['starting'] = [],
  environment: Record<string, string | undefined> = process.env,
): Promise<Topology> {
  const given = option ?? (environment.PANDO_TOPOLOGY || undefined)
  return readTopology(given ?? (await lastTopology(environment)) ?? DEFAULT_TOPOLOGY, {
    known: contracts,
    environment,
    starting,
  })
}

async function lastTopology(environment: Record<string, string | undefined>): Promise<string | undefined> {
  const folder = environment.PANDO_DATA || runtimeSettings.PANDO_DATA.default
  const noted = await recordedTopology(resolve(folder))
  if (noted !== undefined && isAbsolute(noted) && !existsSync(noted)) {
    throw new UserError(
      `Cannot find ${showSource(noted)}, the topology that the shop in ${folder} ran in last: put the file back, or name one with --topology that has the data in the same places`,
    )
  }
  return noted
}

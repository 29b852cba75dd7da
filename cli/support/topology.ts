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
 * Reads the topology of a command: `option` (`--topology`), else PANDO_TOPOLOGY, else the topology of the last start of the
 * data folder's shop (PANDO_DATA), else the monolith. Throws one error that lists all mistakes in it. `starting`: the
 * processes whose variables must be set, by name, or `all`. Default: none.
 */
export async function chosenTopology(
  option: string | undefined,
  contracts: readonly Contract[],
  starting: TopologyOptions['starting'] = [],
  environment: Record<string, string | undefined> = process.env,
): Promise<Topology> {
  const chosen = option ?? (environment.PANDO_TOPOLOGY || undefined)
  return readTopology(chosen ?? (await lastTopology(environment)) ?? DEFAULT_TOPOLOGY, {
    known: contracts,
    environment,
    starting,
  })
}

async function lastTopology(environment: Record<string, string | undefined>): Promise<string | undefined> {
  const folder = environment.PANDO_DATA || runtimeSettings.PANDO_DATA.default
  const recorded = await recordedTopology(resolve(folder))
  if (recorded !== undefined && isAbsolute(recorded) && !existsSync(recorded)) {
    throw new UserError(
      `Cannot find ${showSource(recorded)}, the topology of the last start of the shop in ${folder}: restore the file, or name a topology with --topology that has the data in the same databases`,
    )
  }
  return recorded
}

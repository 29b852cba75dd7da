import { findEmbedded, holdsEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { databaseUrlOf, keepsTables, needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory } from './home.ts'
import { modulesIn, nameOf } from './modules-in.ts'
import { UserError } from './report-error.ts'
import { recordedTopology } from './shop-record.ts'

const OTHERWISE = 'or begin a shop there with "pando start", which is the only command that makes one'

/**
 * Throws where no shop has ever been: a command would make an empty one, with an embedded server of its own, because of
 * a letter in `--data`. Throws soon where the database hangs.
 */
export async function requireShop(config: Config, topology: Topology): Promise<void> {
  const { databaseUrl, dataDirectory } = config
  if (!needsDefaultServer(topology)) {
    if ((await recordedTopology(dataDirectory)) !== undefined) return
    return refuseEmpty(topology, undefined, (name) => `the address of "${name}" in the topology`)
  }
  if (databaseUrl) return refuseEmpty(topology, databaseUrl, () => 'DATABASE_URL')
  const running = await findEmbedded(embeddedDirectory(config))
  if (running) return void (await modulesIn(running.url))
  if (await holdsEmbedded(embeddedDirectory(config))) return
  if ((await recordedTopology(dataDirectory)) !== undefined)
    throw new UserError(
      `Cannot find the database of the shop in ${dataDirectory}: it is no embedded one. Set DATABASE_URL as for its start`,
    )
  throw new UserError(
    `Cannot find a shop in ${dataDirectory}: none has been started there. Name its data folder with --data or PANDO_DATA, its database with DATABASE_URL, ${OTHERWISE}`,
  )
}

/** Throws where none of the databases has tables of a shop. `source`: where the address of a process's database comes from. */
async function refuseEmpty(
  topology: Topology,
  serverUrl: string | undefined,
  source: (process: string) => string,
): Promise<void> {
  const processes = topology.processes.filter((each) => !each.command && keepsTables(each))
  for (const process of processes) if ((await modulesIn(databaseUrlOf(process, serverUrl)!)).size > 0) return
  const [first] = processes
  if (!first) return
  throw new UserError(
    `Cannot find a shop in the database ${nameOf(databaseUrlOf(first, serverUrl)!)}: it has no tables of one. Correct ${source(first.name)}, ${OTHERWISE}`,
  )
}

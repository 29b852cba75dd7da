import { findEmbedded, holdsEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { databaseUrlOf, keepsTables, needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory } from './home.ts'
import { describeDatabaseUrl, modulesIn } from './modules-in.ts'
import { UserError } from './report-error.ts'
import { recordedTopology } from './shop-record.ts'

const OR_START = 'or start a new shop there with "pando start"; no other command creates one'

/**
 * Throws a UserError when there is no shop in the data folder or database, so that a command with a misspelt `--data` does
 * not create an empty shop. Also throws, within seconds, when the database does not answer.
 */
export async function requireShop(config: Config, topology: Topology): Promise<void> {
  const { databaseUrl, dataDirectory } = config
  if (!needsDefaultServer(topology)) {
    if ((await recordedTopology(dataDirectory)) !== undefined) return
    return requireTables(topology, undefined, (name) => `the address of "${name}" in the topology`)
  }
  if (databaseUrl) return requireTables(topology, databaseUrl, () => 'DATABASE_URL')
  const running = await findEmbedded(embeddedDirectory(config))
  // Throws when the database does not answer
  if (running) return void (await modulesIn(running.url))
  if (await holdsEmbedded(embeddedDirectory(config))) return
  if ((await recordedTopology(dataDirectory)) !== undefined)
    throw new UserError(
      `Cannot find the database of the shop in ${dataDirectory}: there is no embedded one. Set DATABASE_URL as for its start`,
    )
  throw new UserError(
    `Cannot find a shop in ${dataDirectory}: none has been started there. Name its data folder with --data or PANDO_DATA, its database with DATABASE_URL, ${OR_START}`,
  )
}

/** Throws when none of the databases has tables of a shop. `source`: where the address of a process's database comes from. */
async function requireTables(
  topology: Topology,
  serverUrl: string | undefined,
  source: (process: string) => string,
): Promise<void> {
  const processes = topology.processes.filter((each) => !each.command && keepsTables(each))
  for (const process of processes) if ((await modulesIn(databaseUrlOf(process, serverUrl)!)).size > 0) return
  const [first] = processes
  if (!first) return
  throw new UserError(
    `Cannot find a shop in the database ${describeDatabaseUrl(databaseUrlOf(first, serverUrl)!)}: it has no tables of a shop. Correct ${source(first.name)}, ${OR_START}`,
  )
}

import { withDeadline } from '#runtime/call/deadline.ts'
import { findEmbedded, holdsEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import type { Config } from '#runtime/process/config.ts'
import { databaseUrlOf, keepsTables, needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory } from './home.ts'
import { notedTopology } from './noted-topology.ts'
import { UserError } from './report-error.ts'

const PATIENCE_MS = 4000
const OTHERWISE = 'or begin a shop there with "pando start", which is the only command that makes one'

/**
 * Throws where no shop has ever been: a command would make an empty one, with an embedded server of its own, because of
 * a letter in `--data`. Throws soon where the database hangs.
 */
export async function refuseNoShop(config: Config, topology: Topology): Promise<void> {
  const { databaseUrl, dataDirectory } = config
  if (!needsDefaultServer(topology)) return refuseEmptyAddress(config, topology)
  if (databaseUrl) return refuseEmptyDatabase(databaseUrl, 'DATABASE_URL')
  const running = await findEmbedded(embeddedDirectory(config))
  if (running) return void (await hasTables(running.url))
  if (await holdsEmbedded(embeddedDirectory(config))) return
  if ((await notedTopology(dataDirectory)) !== undefined)
    throw new UserError(
      `Cannot find the database of the shop in ${dataDirectory}: it is no embedded one. Set DATABASE_URL as for its start`,
    )
  throw new UserError(
    `Cannot find a shop in ${dataDirectory}: none has been started there. Name its data folder with --data or PANDO_DATA, its database with DATABASE_URL, ${OTHERWISE}`,
  )
}

/** Where all databases have addresses: the first of them stands for all. */
async function refuseEmptyAddress({ dataDirectory }: Config, topology: Topology): Promise<void> {
  if ((await notedTopology(dataDirectory)) !== undefined) return
  const first = topology.processes.find((each) => !each.command && keepsTables(each))
  const url = first && databaseUrlOf(first, undefined)
  if (url) await refuseEmptyDatabase(url, `the address of "${first.name}" in the topology`)
}

/** `what`: where its address comes from. */
async function refuseEmptyDatabase(url: string, what: string): Promise<void> {
  if (await hasTables(url)) return
  const { host, pathname } = new URL(url)
  throw new UserError(
    `Cannot find a shop in the database ${pathname.slice(1)} at ${host}: it has no tables of one. Correct ${what}, ${OTHERWISE}`,
  )
}

/** Whether there are tables of a shop, of whichever modules: others may have moved. */
async function hasTables(url: string): Promise<boolean> {
  const sql = openPool({ url, max: 1, name: 'pando-tool' })
  try {
    const looked = sql`select from pg_class where relname = 'pando_migration' and relkind = 'r' limit 1`
    const silent = () =>
      new UserError(
        `Cannot use the database: it has not answered for ${PATIENCE_MS / 1000} s. See what "pando doctor" says of it`,
      )
    return (await withDeadline(looked, PATIENCE_MS, silent)).length > 0
  } finally {
    await sql.end({ timeout: 1 })
  }
}

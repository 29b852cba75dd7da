import { holdsEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { variableOf } from '#runtime/topology/resolve.ts'
import {
  databaseUrlOf,
  keepsTables,
  needsDefaultServer,
  type Process,
  type Topology,
} from '#runtime/topology/topology.ts'
import { embeddedDirectory } from '../support/home.ts'
import { modulesIn, nameOf } from '../support/modules-in.ts'
import { UserError } from '../support/report-error.ts'
import { recordedShop, type StartedShop } from '../support/shop-record.ts'

/**
 * Throws where a shop has run with this data folder, and its embedded server is gone. To be called before one is made: a
 * start would begin a new shop, and customers would be the first to see it.
 */
export async function requireEmbeddedServer(config: Config, topology: Topology): Promise<void> {
  if (config.databaseUrl || !needsDefaultServer(topology)) return
  const shop = await recordedShop(config.dataDirectory)
  if (shop && !(await holdsEmbedded(embeddedDirectory(config))))
    throw lost(
      config,
      'there is no embedded database in this folder, and DATABASE_URL is not set',
      asBefore(shop),
    )
}

/**
 * Throws where a shop has run with this data folder, and a database that its modules should be in has no table of any of
 * them. To be called before tables are made. A database that cannot be used is left to those who need it.
 */
export async function requireShopData(
  config: Config,
  topology: Topology,
  serverUrl: string | undefined,
): Promise<void> {
  const shop = await recordedShop(config.dataDirectory)
  if (!shop) return
  const wanted = new Map<string, { modules: string[]; remedy: string }>()
  for (const process of topology.processes) {
    const modules = process.modules.filter((module) => shop.modules.has(module))
    if (process.command || !keepsTables(process) || modules.length === 0) continue
    const url = databaseUrlOf(process, serverUrl)!
    const remedy = process.database.kind === 'url' ? correctAddress(process) : asBefore(shop)
    wanted.set(url, { modules: [...(wanted.get(url)?.modules ?? []), ...modules], remedy })
  }
  const looked = [...wanted].map(async ([url, { modules, remedy }]) => {
    const found = await modulesIn(url).catch(() => new Set(modules))
    if (modules.some((module) => found.has(module))) return []
    return [lost(config, `the database ${nameOf(url)} has no table of its ${modules.join(', ')}`, remedy)]
  })
  const [error] = (await Promise.all(looked)).flat()
  if (error) throw error
}

function lost({ dataDirectory }: Config, what: string, remedy: string): UserError {
  return new UserError(
    `Cannot start: the shop in ${dataDirectory} has its data elsewhere, as ${what}. ${remedy} ` +
      'To begin another shop, give it a data folder of its own: PANDO_DATA=.pando-new',
  )
}

function asBefore({ server }: StartedShop): string {
  if (server === undefined) return 'Set DATABASE_URL, or unset it, as for its last start.'
  return server === 'embedded'
    ? 'At its last start they were in the embedded database: start it without DATABASE_URL.'
    : `At its last start they were at ${server}: set DATABASE_URL as then.`
}

function correctAddress({ name, database }: Process): string {
  const variable = database.kind === 'url' ? variableOf(database.from) : undefined
  return variable
    ? `Set ${variable} to the address that "${name}" had before.`
    : `Correct the address that the topology gives "${name}".`
}

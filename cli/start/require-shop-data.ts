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
import { describeDatabaseUrl, modulesIn } from '../support/modules-in.ts'
import { UserError } from '../support/report-error.ts'
import { recordedShop, type StartedShop } from '../support/shop-record.ts'

/**
 * Throws when a shop has run with this data folder and its embedded server is missing. Call it before a server is made:
 * otherwise the start would silently begin an empty shop.
 */
export async function requireEmbeddedServer(config: Config, topology: Topology): Promise<void> {
  if (config.databaseUrl || !needsDefaultServer(topology)) return
  const shop = await recordedShop(config.dataDirectory)
  if (shop && !(await holdsEmbedded(embeddedDirectory(config))))
    throw missingData(
      config,
      'this folder has no embedded database, and DATABASE_URL is not set',
      restoreServer(shop),
    )
}

/**
 * Throws when a shop has run with this data folder and the database of some of its modules has tables of none of them.
 * Call it before tables are made. Ignores databases that cannot be used: the code that opens them reports that.
 */
export async function requireShopData(
  config: Config,
  topology: Topology,
  serverUrl: string | undefined,
): Promise<void> {
  const shop = await recordedShop(config.dataDirectory)
  if (!shop) return
  const expected = new Map<string, { modules: string[]; remedy: string }>()
  for (const process of topology.processes) {
    const modules = process.modules.filter((module) => shop.modules.has(module))
    if (process.command || !keepsTables(process) || modules.length === 0) continue
    const url = databaseUrlOf(process, serverUrl)!
    const remedy = process.database.kind === 'url' ? correctAddress(process) : restoreServer(shop)
    expected.set(url, { modules: [...(expected.get(url)?.modules ?? []), ...modules], remedy })
  }
  const checks = [...expected].map(async ([url, { modules, remedy }]) => {
    const withTables = await modulesIn(url).catch(() => new Set(modules))
    if (modules.some((module) => withTables.has(module))) return []
    return [
      missingData(
        config,
        `the database ${describeDatabaseUrl(url)} has no tables of ${modules.join(', ')}`,
        remedy,
      ),
    ]
  })
  const [error] = (await Promise.all(checks)).flat()
  if (error) throw error
}

function missingData({ dataDirectory }: Config, reason: string, remedy: string): UserError {
  return new UserError(
    `Cannot start: the data of the shop in ${dataDirectory} are elsewhere: ${reason}. ${remedy} ` +
      'To begin another shop, give it its own data folder, such as PANDO_DATA=.pando-new',
  )
}

function restoreServer({ server }: StartedShop): string {
  if (server === undefined) return 'Set DATABASE_URL, or unset it, as at the last start.'
  return server === 'embedded'
    ? 'At the last start they were in the embedded database: start without DATABASE_URL.'
    : `At the last start they were at ${server}: set DATABASE_URL to that server again.`
}

function correctAddress({ name, database }: Process): string {
  const variable = database.kind === 'url' ? variableOf(database.from) : undefined
  return variable
    ? `Set ${variable} to the address that "${name}" had at the last start.`
    : `Correct the address that the topology gives "${name}".`
}

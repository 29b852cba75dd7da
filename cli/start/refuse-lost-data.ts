import { holdsEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { databaseUrlOf, keepsTables, needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory } from '../support/home.ts'
import { modulesIn, nameOf } from '../support/modules-in.ts'
import { type Begun, notedShop } from '../support/noted-topology.ts'
import { UserError } from '../support/report-error.ts'

/**
 * Throws where a shop has run with this data folder, and its embedded server is gone. To be called before one is made: a
 * start would begin a new shop, and customers would be the first to see it.
 */
export async function refuseLostServer(config: Config, topology: Topology): Promise<void> {
  if (config.databaseUrl || !needsDefaultServer(topology)) return
  const shop = await notedShop(config.dataDirectory)
  if (shop && !(await holdsEmbedded(embeddedDirectory(config))))
    throw lost(config, 'there is no embedded database in this folder, and DATABASE_URL is not set', shop)
}

/**
 * Throws where a shop has run with this data folder, and a database that its modules should be in has no table of any of
 * them. To be called before tables are made. A database that cannot be used is left to those who need it.
 */
export async function refuseLostData(
  config: Config,
  topology: Topology,
  serverUrl: string | undefined,
): Promise<void> {
  const shop = await notedShop(config.dataDirectory)
  if (!shop) return
  const wanted = new Map<string, string[]>()
  for (const process of topology.processes) {
    const modules = process.modules.filter((module) => shop.modules.has(module))
    if (process.command || !keepsTables(process) || modules.length === 0) continue
    const url = databaseUrlOf(process, serverUrl)!
    wanted.set(url, [...(wanted.get(url) ?? []), ...modules])
  }
  const looked = [...wanted].map(async ([url, modules]) => {
    const found = await modulesIn(url).catch(() => new Set(modules))
    return modules.some((module) => found.has(module)) ? [] : [[url, modules] as const]
  })
  const [empty] = (await Promise.all(looked)).flat()
  if (empty)
    throw lost(config, `the database ${nameOf(empty[0])} has no table of its ${empty[1].join(', ')}`, shop)
}

function lost({ dataDirectory }: Config, what: string, { server }: Begun): UserError {
  const before =
    server === undefined
      ? ''
      : server === 'embedded'
        ? ' At its last start they were in the embedded database: start it without DATABASE_URL.'
        : ` At its last start they were at ${server}: set DATABASE_URL as then.`
  return new UserError(
    `Cannot start: the shop in ${dataDirectory} has its data elsewhere, as ${what}.${before} ` +
      'To begin another shop, give it a data folder of its own: PANDO_DATA=.pando-new',
  )
}

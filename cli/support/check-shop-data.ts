import type { Config } from '#runtime/process/config.ts'
import { needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { requireEmbeddedServer, requireShopData } from '../start/require-shop-data.ts'
import type { ShopCheck } from './check-shop.ts'
import { findServer } from './database.ts'
import type { Finding } from './finding.ts'
import { UserError } from './report-error.ts'
import { recordedShop, requireSameDatabases } from './shop-record.ts'

const ABOUT = 'database'

/**
 * Reports that the running shop uses the embedded server while DATABASE_URL is set here, or the reverse; undefined when
 * they agree, or the record does not say. Two addresses are not compared: one server may be written in several ways.
 */
export async function checkOtherServer(
  config: Config,
  topology: Topology,
  shop: Pick<ShopCheck, 'state'>,
): Promise<Finding | undefined> {
  if (shop.state === 'none' || !needsDefaultServer(topology)) return undefined
  const started = await recordedShop(config.dataDirectory).catch(() => undefined)
  const wasEmbedded = started?.server === 'embedded'
  if (started?.server === undefined || wasEmbedded === (config.databaseUrl === undefined)) return undefined
  const [theirs, ours] = wasEmbedded
    ? ['the embedded database', `the server ${new URL(config.databaseUrl!).host} (DATABASE_URL)`]
    : [`the server ${started.server}`, 'the embedded database, because DATABASE_URL is not set']
  return {
    state: 'wrong',
    about: ABOUT,
    text: `the running shop uses ${theirs}, but the settings of this shell name ${ours}`,
    remedy: wasEmbedded ? 'unset DATABASE_URL' : 'set DATABASE_URL as for the start of the shop',
  }
}

/** Checks whether a start would refuse the databases that the settings name, because the data of the shop are elsewhere. */
export async function checkShopData(config: Config, topology: Topology): Promise<Finding[]> {
  try {
    await requireSameDatabases(config.dataDirectory, topology)
    await requireEmbeddedServer(config, topology)
    const server = await findServer(config, topology)
    if (server) await requireShopData(config, topology, server.serverUrl)
    return []
  } catch (error) {
    // Other errors come from the database itself, and checkDatabase() reports them
    if (!(error instanceof UserError)) return []
    return [{ state: 'wrong', about: ABOUT, text: `a start would refuse it. ${error.message}` }]
  }
}

import { join } from 'node:path'
import { holdsEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { variableOf } from '#runtime/topology/resolve.ts'
import {
  type DatabaseReference,
  keepsTables,
  needsDefaultServer,
  type Topology,
} from '#runtime/topology/topology.ts'
import { databaseLabel, recordedHome } from './shop-record.ts'

/** Which database records the moves of a shop: its home (docs/decisions/0018-the-home-database-of-moves.md). */
export type Home =
  /** The default server's own database: that of DATABASE_URL, else the embedded one. */
  | { readonly kind: 'server' }
  /** A database with an address; `url` is undefined when the address comes from a variable that is not set here. */
  | Extract<DatabaseReference, { kind: 'url' }>

type Environment = Record<string, string | undefined>

/** The folder of a data folder's embedded server. */
export function embeddedDirectory({ dataDirectory }: Pick<Config, 'dataDirectory'>): string {
  return join(dataDirectory, 'postgres')
}

/**
 * The home of a shop with this topology: its previous home; else the default server if a process uses it; else the database
 * of the process with the pages, or of the first process that keeps tables.
 */
export async function homeOf(
  config: Config,
  topology: Topology,
  environment: Environment = process.env,
): Promise<Home> {
  const home = await previousHome(config, topology, environment)
  // A previous home without a known address belonged to a process that no longer exists
  if (home?.kind === 'server' || home?.url !== undefined) return home
  if (needsDefaultServer(topology) || (await holdsEmbedded(embeddedDirectory(config))))
    return { kind: 'server' }
  const candidates = topology.processes
    .filter((each) => !each.command && keepsTables(each))
    .sort((one, other) => Number(other.port !== undefined) - Number(one.port !== undefined))
  const database = candidates[0]?.database
  return database?.kind === 'url' ? database : { kind: 'server' }
}

/**
 * The home of the last start according to the settings and the data folder; undefined for a shop that has never run.
 * `topology`: supplies the current password of a recorded address.
 */
export async function previousHome(
  config: Config,
  topology?: Topology,
  environment: Environment = process.env,
): Promise<Home | undefined> {
  if (config.databaseUrl) return { kind: 'server' }
  const recorded = await recordedHome(config.dataDirectory)
  if (recorded === undefined)
    return (await holdsEmbedded(embeddedDirectory(config))) ? { kind: 'server' } : undefined
  const same = topology?.processes
    .map(({ database }) => database)
    .find((each) => each.kind === 'url' && databaseLabel(each.from) === databaseLabel(recorded))
  if (same?.kind === 'url') return same
  const variable = variableOf(recorded)
  return {
    kind: 'url',
    url: variable === undefined ? recorded : environment[variable] || undefined,
    from: recorded,
  }
}

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
import { placeOf, recordedHome } from './shop-record.ts'

/** Which database records the moves of a shop: its home (docs/decisions/0018-the-home-database-of-moves.md). */
export type Home =
  /** The default server's own: that of DATABASE_URL, else the embedded one. */
  | { readonly kind: 'server' }
  /** One with an address; `url` is undefined when the variable that it comes from is not set here. */
  | Extract<DatabaseReference, { kind: 'url' }>

type Environment = Record<string, string | undefined>

/** Where the embedded server of a data folder keeps everything. */
export function embeddedDirectory({ dataDirectory }: Pick<Config, 'dataDirectory'>): string {
  return join(dataDirectory, 'postgres')
}

/**
 * The home of a shop that is laid out so: the one that the shop has had, else, when no process is on the default server,
 * the database of the process with the pages, or of the first one that keeps tables.
 */
export async function homeOf(
  config: Config,
  topology: Topology,
  environment: Environment = process.env,
): Promise<Home> {
  const home = await previousHome(config, topology, environment)
  // One whose address is not known any more is of a process that is gone.
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
 * The home that a shop has had, as the settings and the data folder tell; undefined for one that has never run.
 * `topology`: gives a noted address the password that it has now.
 */
export async function previousHome(
  config: Config,
  topology?: Topology,
  environment: Environment = process.env,
): Promise<Home | undefined> {
  if (config.databaseUrl) return { kind: 'server' }
  const noted = await recordedHome(config.dataDirectory)
  if (noted === undefined)
    return (await holdsEmbedded(embeddedDirectory(config))) ? { kind: 'server' } : undefined
  const same = topology?.processes
    .map(({ database }) => database)
    .find((each) => each.kind === 'url' && placeOf(each.from) === placeOf(noted))
  if (same?.kind === 'url') return same
  const variable = variableOf(noted)
  return {
    kind: 'url',
    url: variable === undefined ? noted : environment[variable] || undefined,
    from: noted,
  }
}

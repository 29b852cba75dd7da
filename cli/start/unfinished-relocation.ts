import { readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createLog } from '#runtime/base/log.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import { type Config, readConfig } from '#runtime/process/config.ts'
import type { RelocationPlan } from '#runtime/relocation/relocation.ts'
import type { StepName } from '#runtime/relocation/steps.ts'
import { hasStore, listRelocations, updateRelocation } from '#runtime/relocation/store.ts'
import { resolveUnfinished } from '#runtime/relocation/unfinished.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { variableOf } from '#runtime/topology/resolve.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { RELOCATIONS_FOLDER } from '../support/data-folder.ts'
import { openServer } from '../support/database.ts'
import { type Home, previousHome } from '../support/home.ts'
import { UserError } from '../support/report-error.ts'
import { databaseLabel, recordedHome } from '../support/shop-record.ts'
import { locatePlan, migratables } from './relocations.ts'

/** A move of modules that was running when the shop stopped. */
export interface UnfinishedRelocation {
  plan: RelocationPlan
  step: StepName
  /** The topology to start in, when the modules have already left their old process; else undefined. */
  topology: Topology | undefined
}

/**
 * Finds a relocation that was running when the shop stopped, and where its modules are now. Opens the databases only when
 * the data folder has files of a relocation. Removes such files when their relocations have ended. Throws a UserError when
 * the database with the records cannot be determined.
 */
export async function findUnfinishedRelocation(
  contracts: readonly Contract[],
): Promise<UnfinishedRelocation | undefined> {
  const config = readConfig(process.env, [])
  const folder = join(config.dataDirectory, RELOCATIONS_FOLDER)
  const files = await readdir(folder).catch(() => [])
  if (files.length === 0) return undefined
  const home = requireHome(await previousHome(config), join(folder, files[0]!))
  const log = createLog({ level: config.logLevel })
  const database = await openServer(config, { home, isMoving: true, log })
  const { serverUrl, homeUrl } = database
  try {
    const updateUrls = (plan: RelocationPlan) => locatePlan(plan, { contracts, serverUrl })
    const found = await atHome(homeUrl, (home) => resolveUnfinished(home, { migratables, updateUrls }))
    if (!found) {
      await removeEnded(folder, files, { homeUrl, before: await homeBefore(config) })
      return undefined
    }
    const { plan, step, isAtTarget } = found
    await recordInterruption(homeUrl, plan.id)
    return { plan, step, topology: isAtTarget ? await readPlanned(plan, contracts) : undefined }
  } finally {
    await database.close()
  }
}

/** Text for a terminal: the unfinished move, and the commands to resume it or to roll it back. */
export function describeUnfinished({ plan, step, topology }: UnfinishedRelocation): string {
  const modulesAre = plan.modules.length === 1 ? 'it is' : 'they are'
  const location = topology
    ? `${modulesAre} already in "${plan.toProcess}"`
    : `${modulesAre} still in "${plan.fromProcess}"`
  return `  The move of ${plan.modules.join(', ')} to "${plan.toProcess}" was interrupted: it had reached the step "${step}", and ${location}.\n  "npx pando migration resume" continues it, "npx pando migration rollback" rolls it back.\n`
}

/** Throws when the address of the database that records the shop's moves is not known. `file`: shows that there was a move. */
function requireHome(home: Home | undefined, file: string): Home {
  if (home?.kind === 'server' || home?.url !== undefined) return home
  const problem = `Cannot start: ${file} belongs to a move of modules, and`
  const orRemove = 'or remove the file if that database is permanently lost'
  throw new UserError(
    home
      ? `${problem} ${variableOf(home.from) ?? home.from}, the address of the database that recorded the move, is not set. Set it, ${orRemove}`
      : `${problem} the database that recorded the move is not known. Start with that database (DATABASE_URL), ${orRemove}`,
  )
}

/** Removes the files of moves that have ended. Throws when the database has no record of a move: it is another shop's then. */
async function removeEnded(
  folder: string,
  files: readonly string[],
  { homeUrl, before }: { homeUrl: string; before: string },
): Promise<void> {
  const known = await atHome(homeUrl, async (home) => ((await hasStore(home)) ? listRelocations(home) : []))
  const unknown = files.find((file) => !known.some(({ plan }) => plan.id === basename(file, '.yaml')))
  if (unknown !== undefined)
    throw new UserError(
      `Cannot start: ${join(folder, unknown)} belongs to a move of modules that this database has no record of. Start with the database of the shop's last start (${before}), or remove the file if that database is permanently lost`,
    )
  for (const file of files) await rm(join(folder, file), { force: true })
}

/** Part of a message: the settings that select the home of the last start, as far as it is recorded. */
async function homeBefore({ dataDirectory, databaseUrl }: Config): Promise<string> {
  const recorded = databaseUrl ? await recordedHome(dataDirectory) : undefined
  return recorded === undefined ? 'DATABASE_URL' : `${databaseLabel(recorded)}, without DATABASE_URL`
}

async function readPlanned(
  { topologyAfter: { source, text } }: RelocationPlan,
  contracts: readonly Contract[],
): Promise<Topology> {
  // The file may be missing or old: the data folder and the database may be from different backups
  await writeFile(source, text, { mode: 0o600 })
  const options = { known: contracts, environment: process.env, starting: 'all' } as const
  // The file is named after the move, and becomes the saved topology of the shop
  return { ...readTopology(source, options, dirname(source)), name: 'topology' }
}

function recordInterruption(homeUrl: string, id: string): Promise<void> {
  return atHome(homeUrl, (home) => updateRelocation(home, id, { error: 'the shop stopped during the move' }))
}

async function atHome<Answer>(homeUrl: string, work: (home: Pool) => Promise<Answer>): Promise<Answer> {
  const home = openPool({ url: homeUrl, max: 1, name: 'pando relocation' })
  try {
    return await work(home)
  } finally {
    await home.end({ timeout: 1 })
  }
}

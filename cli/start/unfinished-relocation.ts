import { readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createLog } from '#runtime/base/log.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import { type Config, readConfig } from '#runtime/process/config.ts'
import type { RelocationPlan, StepName } from '#runtime/relocation/relocation.ts'
import { hasStore, listRelocations, updateRelocation } from '#runtime/relocation/store.ts'
import { unfinished } from '#runtime/relocation/unfinished.ts'
import { readTopology } from '#runtime/topology/read.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { openServer } from '../support/database.ts'
import { type Home, previousHome } from '../support/home.ts'
import { UserError } from '../support/report-error.ts'
import { placeOf, recordedHome } from '../support/shop-record.ts'
import { locatePlan, migratables, RELOCATIONS_FOLDER } from './relocations.ts'

/** A move of modules that the shop's last life did not end. */
export interface UnfinishedRelocation {
  plan: RelocationPlan
  step: StepName
  /** How the shop is laid out, when the modules have left their old place already. */
  topology: Topology | undefined
}

/**
 * Looks whether a relocation was under way when the shop ended, and where its modules are now. Looks into the databases
 * only when the data folder says that there may be one.
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
    const found = await unfinished(homeUrl, {
      migratables,
      locate: (plan) => locatePlan(plan, { contracts, serverUrl }),
    })
    if (!found) {
      await removeEnded(folder, files, { homeUrl, before: await homeBefore(config) })
      return undefined
    }
    const { plan, step, sealed } = found
    await noteInterruption(homeUrl, plan.id)
    return { plan, step, topology: sealed ? await readPlanned(plan, contracts) : undefined }
  } finally {
    await database.close()
  }
}

/** For the person at the terminal: what has not ended, and the choice. */
export function describeUnfinished({ plan, step, topology }: UnfinishedRelocation): string {
  const place = topology
    ? `they are in "${plan.toProcess}" already`
    : `they are still in "${plan.fromProcess}"`
  return `  The move of ${plan.modules.join(', ')} to "${plan.toProcess}" has not ended: it came to "${step}", and ${place}.\n  "npx pando migration resume" goes on with it, "npx pando migration rollback" takes it back.\n`
}

/** Throws when it is not known which database records the moves of the shop: this one has not ended, as far as is known. */
function requireHome(home: Home | undefined, file: string): Home {
  if (home?.kind === 'server' || home?.url !== undefined) return home
  const whose = `Cannot start: ${file} is of a move of modules, and`
  const orRemove = 'or remove the file when that is gone for good'
  throw new UserError(
    home
      ? `${whose} the database that has recorded it is that of ${home.from}, which is not set. Set it, ${orRemove}`
      : `${whose} nothing says which database has recorded it. Start with that one (DATABASE_URL), ${orRemove}`,
  )
}

/** Removes the files of moves that have ended. Throws when the database knows nothing of one: then it is another shop's. */
async function removeEnded(
  folder: string,
  files: readonly string[],
  { homeUrl, before }: { homeUrl: string; before: string },
): Promise<void> {
  const known = await atHome(homeUrl, async (home) => ((await hasStore(home)) ? listRelocations(home) : []))
  const unknown = files.find((file) => !known.some(({ plan }) => plan.id === basename(file, '.yaml')))
  if (unknown !== undefined)
    throw new UserError(
      `Cannot start: ${join(folder, unknown)} is of a move of modules that this database knows nothing of. Start with the database that the shop had (${before}), or remove the file when that is gone for good`,
    )
  for (const file of files) await rm(join(folder, file), { force: true })
}

/** How the shop gets back to the home that it had, as far as that is known. */
async function homeBefore({ dataDirectory, databaseUrl }: Config): Promise<string> {
  const noted = databaseUrl ? await recordedHome(dataDirectory) : undefined
  return noted === undefined ? 'DATABASE_URL' : `${placeOf(noted)}, without DATABASE_URL`
}

async function readPlanned(
  { topologyAfter: { source, text } }: RelocationPlan,
  contracts: readonly Contract[],
): Promise<Topology> {
  // The folder may have been restored from somewhere else than the database.
  await writeFile(source, text, { mode: 0o600 })
  const surroundings = { known: contracts, environment: process.env, starting: 'all' } as const
  // The file is named after the move; it becomes the shop's own.
  return { ...readTopology(source, surroundings, dirname(source)), name: 'topology' }
}

function noteInterruption(homeUrl: string, id: string): Promise<void> {
  return atHome(homeUrl, (home) =>
    updateRelocation(home, id, { error: 'the shop ended in the middle of it' }),
  )
}

async function atHome<Answer>(homeUrl: string, work: (home: Pool) => Promise<Answer>): Promise<Answer> {
  const home = openPool({ url: homeUrl, max: 1, name: 'pando relocation' })
  try {
    return await work(home)
  } finally {
    await home.end({ timeout: 1 })
  }
}

import type { Log } from '#runtime/base/log.ts'
import { NEW_SECRET_EFFECTS, readOrMakeSecret, readSecret } from '#runtime/base/secret.ts'
import { withTimeout } from '#runtime/base/timeout.ts'
import { holdsEmbedded } from '#runtime/database/embedded/index.ts'
import { connectedProcesses } from '#runtime/database/migrate.ts'
import { openPool } from '#runtime/database/pool.ts'
import type { Config } from '#runtime/process/config.ts'
import { databaseUrlOf, type Process, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory } from '../support/home.ts'
import { describeDatabaseUrl, modulesIn } from '../support/modules-in.ts'
import { describeOtherSecret } from '../support/other-secret.ts'
import { UserError } from '../support/report-error.ts'
import { recordedTopology } from '../support/shop-record.ts'

const CHECK_TIMEOUT_MS = 4000

/**
 * The deployment's secret for a start: PANDO_SECRET, else the one in the data folder, else a new one. Warns when a new
 * one is made for a shop that has run before. `isOneOfSeveral`: this process is started alone, and the processes
 * of other machines must have the same secret.
 */
export async function startSecret(
  config: Config,
  topology: Topology,
  {
    log,
    isOneOfSeveral = false,
    isSupervised = false,
  }: { log: Log; isOneOfSeveral?: boolean; isSupervised?: boolean },
): Promise<string> {
  if (config.secret !== undefined) {
    // A supervisor gives its processes the secret that it has warned about
    const other = isSupervised ? undefined : await describeOtherSecret(config.secret, config.dataDirectory)
    if (other) log.warn({}, `${other.text}. To change that: ${other.remedy}`)
    return config.secret
  }
  if ((await readSecret(config.dataDirectory)) === undefined) await requireNoRunningShop(config, topology)
  const { secret, path, isNew } = await readOrMakeSecret(config.dataDirectory)
  if (isNew && (await hasRunBefore(config, topology)))
    log.warn(
      {},
      `the secret of this shop is missing, so a new one was made in ${path}: ${NEW_SECRET_EFFECTS}. If there is a backup of the file, stop the shop, restore the file, and start again; if the data folder is not persistent, set PANDO_SECRET`,
    )
  else if (isNew && isOneOfSeveral)
    log.warn(
      {},
      `PANDO_SECRET is not set, so this process made a secret of its own in ${path}: processes with another secret refuse its calls. Set PANDO_SECRET for all of them, to the same value`,
    )
  return secret
}

/**
 * Throws when processes of a shop are connected to the database of this start, which has no secret yet. With a secret
 * of its own it would be a second shop on the same data: its background work would take over that of the first.
 */
async function requireNoRunningShop(config: Config, topology: Topology): Promise<void> {
  for (const url of givenUrls(config, topology)) {
    const running = await runningProcesses(url)
    if (running.length > 0)
      throw new UserError(
        `Cannot start: ${running.map((name) => `"${name}"`).join(', ')} of a running shop ${running.length > 1 ? 'use' : 'uses'} the database ${describeDatabaseUrl(url)}, and ${config.dataDirectory} has no secret. To add a process to that shop, set PANDO_SECRET to its secret. To start that shop again, stop it first, and start it with its data folder. A second shop needs a database of its own`,
      )
  }
}

async function runningProcesses(url: string): Promise<string[]> {
  const sql = openPool({ url, max: 1, name: 'pando-tool' })
  try {
    return await withTimeout(connectedProcesses(sql), CHECK_TIMEOUT_MS, () => new Error('no answer'))
  } catch {
    // The code that opens a database reports what is wrong with it
    return []
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Whether a shop has run with this data folder or database, as far as can be checked without starting a server. */
async function hasRunBefore(config: Config, topology: Topology): Promise<boolean> {
  const { dataDirectory } = config
  if ((await recordedTopology(dataDirectory)) !== undefined) return true
  if (await holdsEmbedded(embeddedDirectory(config))) return true
  // The code that opens a database reports what is wrong with it
  const found = givenUrls(config, topology).map((url) => modulesIn(url).catch(() => new Set()))
  return (await Promise.all(found)).some(({ size }) => size > 0)
}

/**
 * The databases at DATABASE_URL: each of several processes has one of its own on that server, but a process that is
 * started alone has exactly this one. Empty for an embedded server.
 */
function givenUrls({ databaseUrl }: Config, topology: Topology): string[] {
  if (databaseUrl === undefined) return []
  return [...new Set([databaseUrl, ...topology.processes.flatMap((each) => namedUrl(each, databaseUrl))])]
}

function namedUrl(process: Process, serverUrl: string): string[] {
  return process.database.kind === 'name' ? [databaseUrlOf(process, serverUrl)!] : []
}

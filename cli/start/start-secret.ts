import type { Log } from '#runtime/base/log.ts'
import { NEW_SECRET_EFFECTS, readOrMakeSecret } from '#runtime/base/secret.ts'
import { holdsEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { databaseUrlOf, type Process, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory } from '../support/home.ts'
import { modulesIn } from '../support/modules-in.ts'
import { describeOtherSecret } from '../support/other-secret.ts'
import { recordedTopology } from '../support/shop-record.ts'

/**
 * The deployment's secret for a start: PANDO_SECRET, else the one in the data folder, else a new one. Warns when a new one
 * is made for a shop that has run before. `others`: this process is started alone and must share its secret with others.
 */
export async function startSecret(
  config: Config,
  topology: Topology,
  { log, others = false, isSupervised = false }: { log: Log; others?: boolean; isSupervised?: boolean },
): Promise<string> {
  if (config.secret !== undefined) {
    // A supervisor gives its processes the secret that it has warned of
    const other = isSupervised ? undefined : await describeOtherSecret(config.secret, config.dataDirectory)
    if (other) log.warn({}, `${other.text}. To change that: ${other.remedy}`)
    return config.secret
  }
  const { secret, path, isNew } = await readOrMakeSecret(config.dataDirectory)
  if (isNew && (await hasRunBefore(config, topology)))
    log.warn(
      {},
      `the secret of this shop is missing, so a new one was made in ${path}: ${NEW_SECRET_EFFECTS}. If there is a backup of the file, stop the shop, restore the file, and start again; if the data folder is not persistent, set PANDO_SECRET`,
    )
  else if (isNew && others)
    log.warn(
      {},
      `PANDO_SECRET is not set, so this process made a secret of its own in ${path}: processes with another secret refuse its calls. Set PANDO_SECRET for all of them, to the same value`,
    )
  return secret
}

/** Whether a shop has run with this data folder or database, as far as can be checked without starting a server. */
async function hasRunBefore(config: Config, topology: Topology): Promise<boolean> {
  const { dataDirectory, databaseUrl } = config
  if ((await recordedTopology(dataDirectory)) !== undefined) return true
  if (await holdsEmbedded(embeddedDirectory(config))) return true
  if (databaseUrl === undefined) return false
  // Each of several processes has a database of its own on that server, but one that is started alone has exactly this one
  const urls = [databaseUrl, ...topology.processes.flatMap((each) => namedUrl(each, databaseUrl))]
  // The code that opens a database reports what is wrong with it
  const found = [...new Set(urls)].map((url) => modulesIn(url).catch(() => new Set()))
  return (await Promise.all(found)).some(({ size }) => size > 0)
}

function namedUrl(process: Process, serverUrl: string): string[] {
  return process.database.kind === 'name' ? [databaseUrlOf(process, serverUrl)!] : []
}

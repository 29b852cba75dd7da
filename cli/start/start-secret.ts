import type { Log } from '#runtime/base/log.ts'
import { NEW_SECRET_EFFECTS, readOrMakeSecret } from '#runtime/base/secret.ts'
import { holdsEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { databaseUrlOf, type Process, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory } from '../support/home.ts'
import { modulesIn } from '../support/modules-in.ts'
import { recordedTopology } from '../support/shop-record.ts'

/**
 * The deployment's secret for a start: the one that is set, else the data folder's, else a new one, with a warning where a
 * shop has been before. `others`: the process is started alone, and must have the secret of others.
 */
export async function startSecret(
  config: Config,
  topology: Topology,
  { log, others = false }: { log: Log; others?: boolean },
): Promise<string> {
  if (config.secret !== undefined) return config.secret
  const { secret, path, isNew } = await readOrMakeSecret(config.dataDirectory)
  if (isNew && (await hasRunBefore(config, topology)))
    log.warn(
      {},
      `the secret of this shop is gone, so it has a new one, in ${path}: ${NEW_SECRET_EFFECTS}. Where there is a backup of the file, stop the shop, bring it back, and start again; a shop whose data folder does not last needs PANDO_SECRET`,
    )
  else if (isNew && others)
    log.warn(
      {},
      `PANDO_SECRET is not set, so this process has a new secret of its own, in ${path}: processes that have another one refuse its calls. Set PANDO_SECRET for all of them, to the same value`,
    )
  return secret
}

/** Whether a shop has run with this data folder or database, as far as that can be seen at once. */
async function hasRunBefore(config: Config, topology: Topology): Promise<boolean> {
  const { dataDirectory, databaseUrl } = config
  if ((await recordedTopology(dataDirectory)) !== undefined) return true
  if (await holdsEmbedded(embeddedDirectory(config))) return true
  if (databaseUrl === undefined) return false
  // That of a process of several has a name of its own on the server, unless the process is started alone
  const urls = [databaseUrl, ...topology.processes.flatMap((each) => namedUrl(each, databaseUrl))]
  // What is wrong with one is said by what needs it
  const found = [...new Set(urls)].map((url) => modulesIn(url).catch(() => new Set()))
  return (await Promise.all(found)).some(({ size }) => size > 0)
}

function namedUrl(process: Process, serverUrl: string): string[] {
  return process.database.kind === 'name' ? [databaseUrlOf(process, serverUrl)!] : []
}

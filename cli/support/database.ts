import { join } from 'node:path'
import { type Exit, findEmbedded, startEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import type { Log } from '#runtime/process/log.ts'

export interface OpenDatabase {
  url: string
  /** Settles when an embedded server that was started here has ended for good; never for others. */
  exited: Promise<Exit>
  close(): Promise<void>
}

/**
 * The database of this shop: the one that DATABASE_URL names; else the embedded one. With `start`, that one is started,
 * started again when it ends by itself, and refused to a second shop; without, a running shop's is used beside it.
 */
export async function openDatabase(
  config: Config,
  options: { start: boolean; log: Log },
): Promise<OpenDatabase> {
  if (config.databaseUrl) return namedDatabase(config.databaseUrl)
  const directory = join(config.dataDirectory, 'postgres')
  const running = options.start ? undefined : await findEmbedded(directory)
  if (running) return namedDatabase(running.url)
  const embedded = await startEmbedded({
    directory,
    log: (line) => options.log.info({}, line),
    ...(options.start ? { keepRunning: (line: string) => options.log.warn({}, line) } : {}),
  })
  return {
    url: embedded.url,
    exited: embedded.exited,
    close: () => embedded.stop(),
  }
}

/** A database that others run. */
export function namedDatabase(url: string): OpenDatabase {
  return { url, exited: new Promise<never>(() => {}), close: async () => {} }
}

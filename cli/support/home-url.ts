import { join } from 'node:path'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'

/** The default server's database: of DATABASE_URL, or the embedded one while it runs; undefined when it does not. */
export async function homeUrlOf({ databaseUrl, dataDirectory }: Config): Promise<string | undefined> {
  return databaseUrl || (await findEmbedded(join(dataDirectory, 'postgres')))?.url
}

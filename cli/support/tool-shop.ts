import { readConfig } from '#runtime/process/config.ts'
import { createLog } from '#runtime/process/log.ts'
import { loadModules } from '#runtime/process/modules.ts'
import { readOrMakeSecret } from '#runtime/process/secret.ts'
import type { Shop } from '#runtime/process/shop.ts'
import { openShop } from '#runtime/process/shop.ts'
import { openDatabase } from './database.ts'

/**
 * Opens the shop for a command: beside a running one, on the same database, or alone. It serves nothing and runs no
 * jobs. Events that `work` caused are delivered before it ends.
 */
export async function withShop<Answer>(work: (shop: Shop) => Promise<Answer>): Promise<Answer> {
  const modules = await loadModules()
  const config = readConfig(process.env, modules)
  const log = createLog({
    level: process.env.PANDO_LOG ? config.logLevel : 'warn',
    pretty: process.stderr.isTTY,
  })
  const secret = config.secret ?? (await readOrMakeSecret(config.dataDirectory))
  const database = await openDatabase(config, { start: false, log })
  try {
    const shop = await openShop({
      modules,
      databaseUrl: database.url,
      secret,
      publicUrl: config.publicUrl,
      dataDirectory: config.dataDirectory,
      log,
      environment: process.env,
      background: false,
      processName: 'pando-tool',
    })
    try {
      const answer = await work(shop)
      await shop.drain()
      return answer
    } finally {
      await shop.stop()
    }
  } finally {
    await database.close()
  }
}

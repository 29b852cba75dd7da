import { type Command, InvalidArgumentError } from 'commander'
import { readConfig } from '#runtime/process/config.ts'
import { createLog } from '#runtime/process/log.ts'
import { loadModules } from '#runtime/process/modules.ts'
import { readOrMakeSecret } from '#runtime/process/secret.ts'
import { openShop, type Shop } from '#runtime/process/shop.ts'
import { seedSample } from './import/seed-sample.ts'
import { type OpenDatabase, openDatabase } from './support/database.ts'
import { UserError } from './support/report-error.ts'

const STOP_TIMEOUT_MS = 15_000

/** `pando start`: the shop as one process, with its database. */
export function addStart(program: Command): void {
  program
    .command('start')
    .description('start the shop; with a sample catalogue when there is none yet')
    .option('--port <number>', 'port to serve at (PANDO_PORT)', readPort)
    .option('--data <folder>', 'folder of everything that the shop keeps (PANDO_DATA)')
    .option('--no-sample', 'begin with an empty catalogue')
    .addHelpText(
      'after',
      '\nSettings are environment variables; "pando doctor" lists them with their values.',
    )
    .action(async (options: { port?: string; data?: string; sample: boolean }) => {
      if (options.port) process.env.PANDO_PORT = options.port
      if (options.data) process.env.PANDO_DATA = options.data
      await start(options.sample)
    })
}

async function start(sample: boolean): Promise<void> {
  const began = performance.now()
  const modules = await loadModules()
  const config = readConfig(process.env, modules)
  const log = createLog({ level: config.logLevel, pretty: process.stderr.isTTY })
  const secret = config.secret ?? (await readOrMakeSecret(config.dataDirectory))
  const stopping = onceStopped()

  const database = await openDatabase(config, { start: true, log })
  let shop: Shop
  try {
    shop = await openShop({
      modules,
      databaseUrl: database.url,
      secret,
      publicUrl: config.publicUrl,
      dataDirectory: config.dataDirectory,
      log,
      environment: process.env,
      background: true,
      http: {
        port: config.port,
        host: config.host,
        rateLimits: config.rateLimits,
        trustProxy: config.trustProxy,
      },
      ...(sample ? { prepare: (opened) => seedSample(opened, process.env.PANDO_CURRENCY || 'EUR') } : {}),
    })
  } catch (error) {
    await database.close()
    throw inWords(error, config.port)
  }

  console.log(`\n  Shop      ${config.publicUrl}`)
  console.log(`  API       ${config.publicUrl}/api/docs`)
  if (!process.env.SMTP_URL) console.log(`  Mailbox   ${config.publicUrl}/mailbox`)
  console.log(
    `\n  Ready in ${((performance.now() - began) / 1000).toFixed(1)} s, data in ${config.dataDirectory}. Ctrl-C stops it.\n`,
  )

  await Promise.race([stopping, databaseLost(database)])
  await stop(shop, database)
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function onceStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked && signal === 'SIGINT') process.exit(130)
        asked = true
        resolve()
      })
    }
  })
}

async function databaseLost(database: OpenDatabase): Promise<void> {
  const { expected, code, lastLogLines } = await database.exited
  if (expected) return
  console.error(
    `pando: The database stopped by itself (exit code ${code}), so the shop stops too. Its last lines:\n${lastLogLines.join('\n')}`,
  )
  process.exitCode = 1
}

async function stop(shop: Shop, database: OpenDatabase): Promise<void> {
  const timeout = setTimeout(() => {
    console.error('pando: Requests are still running after 15 s; stopping all the same')
    process.exit(1)
  }, STOP_TIMEOUT_MS)
  await shop.stop()
  await database.close()
  clearTimeout(timeout)
  // Whatever still holds the loop, such as a log's worker, is of no use any more.
  process.exit(process.exitCode ?? 0)
}

function inWords(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    return new UserError(
      `Cannot listen on port ${port}: another program has it. Stop that one, or choose another: PANDO_PORT=${port + 1} npm start`,
    )
  }
  if (code === 'EACCES')
    return new UserError(
      `Cannot listen on port ${port}: this user may not. Choose one above 1023 with PANDO_PORT`,
    )
  return error
}

function readPort(value: string): string {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535)
    throw new InvalidArgumentError('It must be a number from 0 to 65535')
  return value
}

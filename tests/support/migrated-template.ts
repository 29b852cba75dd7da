import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { createLog } from '#runtime/base/log.ts'
import { openPool } from '#runtime/database/pool.ts'
import { transaction } from '#runtime/database/transaction.ts'
import { loadModules } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'

const NAME = 'migrated_template'
/** Identifies the advisory lock of the worker that makes the template. */
const LOCK = 7_310_442

/**
 * Returns the name of a database with the tables of all modules, from which others are copied: migrating an empty database
 * takes twice as long as a copy. The first worker of a run that needs the template makes it.
 */
export async function migratedTemplate(): Promise<string> {
  const sql = openPool({ url: inject('databaseUrl'), max: 1, name: 'test' })
  try {
    await transaction(sql, async (tx) => {
      // On a busy machine the template takes longer than a transaction may be idle
      await tx`set local idle_in_transaction_session_timeout = 0`
      await tx`select pg_advisory_xact_lock(${LOCK})`
      const [found] = await tx`select from pg_database where datname = ${NAME}`
      if (!found) await makeTemplate()
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
  return NAME
}

async function makeTemplate(): Promise<void> {
  const server = inject('databaseUrl')
  const draft = `${NAME}_draft`
  const sql = openPool({ url: server, max: 1, name: 'test' })
  const dataDirectory = await mkdtemp(join(tmpdir(), 'pando-template-'))
  try {
    // An earlier attempt may have failed
    await sql.unsafe(`drop database if exists ${draft}`)
    await sql.unsafe(`create database ${draft}`)
    const shop = await openShop({
      modules: await loadModules(),
      databaseUrl: Object.assign(new URL(server), { pathname: `/${draft}` }).href,
      secret: 'a secret for tests only',
      publicUrl: 'http://localhost:4000',
      dataDirectory,
      log: createLog({ level: 'silent' }),
      environment: {},
      background: false,
    })
    await shop.stop()
    // Only a complete template has the name
    await sql.unsafe(`alter database ${draft} rename to ${NAME}`)
  } finally {
    await sql.end({ timeout: 5 })
    await rm(dataDirectory, { recursive: true, force: true })
  }
}

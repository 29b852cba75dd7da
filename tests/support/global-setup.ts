import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { FAST_FOLDER } from './fast-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
  }
}

/** Limits of the server that suffice for all relocations that tests run in parallel. */
const limitsForRelocations = {
  max_replication_slots: '40',
  max_wal_senders: '40',
  max_logical_replication_workers: '20',
  max_worker_processes: '40',
  max_active_replication_origins: '40',
}

/** Starts the PostgreSQL server of a test run. Each shop that a test opens gets its own database there. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(FAST_FOLDER, 'pando-tests-'))
  // The data are discarded after the run, so they need not survive a power cut
  const database = await startEmbedded({
    directory: join(directory, 'postgres'),
    settings: { fsync: 'off', ...limitsForRelocations },
  })
  project.provide('databaseUrl', database.url)
  return async () => {
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

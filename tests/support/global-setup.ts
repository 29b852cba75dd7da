import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '#runtime/database/embedded/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
  }
}

/** Tests move modules at the same time, all on one server. */
const forManyRelocations = {
  max_replication_slots: '40',
  max_wal_senders: '40',
  max_logical_replication_workers: '20',
  max_worker_processes: '40',
  max_active_replication_origins: '40',
}

/** Starts the one PostgreSQL server of a test run; each shop that a test opens gets a database of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-tests-'))
  // Tests end with the process, so nothing has to survive a power cut; what must survive a kill is tested elsewhere.
  const database = await startEmbedded({
    directory: join(directory, 'postgres'),
    settings: { fsync: 'off', ...forManyRelocations },
  })
  project.provide('databaseUrl', database.url)
  return async () => {
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

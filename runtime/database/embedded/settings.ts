import { statfs } from 'node:fs/promises'
import { type Binaries, hasLibrary } from './binaries.ts'
import type { Place } from './place.ts'

/**
 * What a shop on a small machine relies on, some of it PostgreSQL's own default.
 *
 * @param socketDirectory where its Unix socket is; undefined for none
 * @param overrides win over these; names and values as in postgresql.conf
 */
export async function settingsFor(
  { binaries, dataDirectory }: Pick<Place, 'binaries' | 'dataDirectory'>,
  socketDirectory: string | undefined,
  overrides: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  return {
    ...defaults,
    unix_socket_directories: socketDirectory ?? '',
    ...(await slotRoom(dataDirectory)),
    ...(await statistics(binaries)),
    ...overrides,
  }
}

const defaults = {
  shared_buffers: '128MB',
  huge_pages: 'off',
  // A process may open 20, and a topology of one process a module has eight; replicas come on top
  max_connections: '400',
  // An order that was acknowledged survives a power cut
  synchronous_commit: 'on',
  // A module is split off by logical replication, which must not need a restart first
  wal_level: 'logical',
  // Each relocation takes three slots and senders here when it stays on this server, and three workers and origins
  // while it copies. Some have room side by side, and what a crash left behind does not keep the next one from starting
  max_wal_senders: '24',
  max_replication_slots: '24',
  max_active_replication_origins: '24',
  max_logical_replication_workers: '16',
  // Those, and the workers of parallel queries
  max_worker_processes: '24',
  // A target that waits for a lock or a busy machine does not answer meanwhile, which must not end its stream
  wal_sender_timeout: '2min',
  // How long a stream that broke off pauses before it is taken up again
  wal_retrieve_retry_interval: '1s',
  // A table that grows from nothing gets plans that fit it within seconds, and what was deleted is cleared away
  autovacuum_naptime: '5s',
  // Any disk of today reads at random nearly as fast as in order
  random_page_cost: '1.1',
  // A shop's queries are over before they would be compiled
  jit: 'off',
  listen_addresses: '127.0.0.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  cluster_name: 'pando',
}

/**
 * What a replication slot that nobody reads may keep of the log: half of what is free now, so that a forgotten one
 * never fills the disk. Beyond that it is lost (`wal_status`), and a relocation that was too slow for it says so and is
 * rolled back. A fixed size would be too much for one machine, or too little for the copy of a large table on another.
 */
async function slotRoom(dataDirectory: string): Promise<Record<string, string>> {
  const { bavail, bsize } = await statfs(dataDirectory)
  const megabytes = Math.max(SMALLEST_SLOT_ROOM_MB, Math.floor((bavail * bsize) / 2 / 2 ** 20))
  return { max_slot_wal_keep_size: `${megabytes}MB` }
}

const SMALLEST_SLOT_ROOM_MB = 256

async function statistics(binaries: Binaries): Promise<Record<string, string>> {
  const library = 'pg_stat_statements'
  return (await hasLibrary(binaries, library)) ? { shared_preload_libraries: library } : {}
}

import { statfs } from 'node:fs/promises'
import { type Binaries, hasLibrary } from './binaries.ts'
import type { Instance } from './instance.ts'

/**
 * The settings of PostgreSQL for a shop on a small machine. Some are PostgreSQL's own defaults, listed because a shop
 * depends on them.
 *
 * @param socketDirectory the directory of the Unix socket; undefined for no socket
 * @param overrides take precedence; names and values as in postgresql.conf
 */
export async function settingsFor(
  { binaries, dataDirectory }: Pick<Instance, 'binaries' | 'dataDirectory'>,
  socketDirectory: string | undefined,
  overrides: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  return {
    ...defaults,
    unix_socket_directories: socketDirectory ?? '',
    ...(await slotLimit(dataDirectory)),
    ...(await statistics(binaries)),
    ...overrides,
  }
}

const defaults = {
  shared_buffers: '128MB',
  huge_pages: 'off',
  // A process opens up to 21 to one database, and a topology may have a process for each module, plus replicas
  max_connections: '400',
  // An acknowledged order survives a power cut
  synchronous_commit: 'on',
  // Relocations use logical replication, and must not require a restart first
  wal_level: 'logical',
  // A relocation within this server uses three slots and three senders, and three workers and three origins while it
  // copies. The limits allow several relocations in parallel, even next to the leftovers of a crashed one
  max_wal_senders: '24',
  max_replication_slots: '24',
  max_active_replication_origins: '24',
  max_logical_replication_workers: '16',
  // The replication workers above, and workers of parallel queries
  max_worker_processes: '24',
  // A target that waits for a lock or for CPU time does not answer meanwhile; its stream must not end
  wal_sender_timeout: '2min',
  // The pause before a broken stream reconnects
  wal_retrieve_retry_interval: '1s',
  // Autovacuum looks for work at this interval: a growing table is analyzed, and dead rows are removed, within seconds
  autovacuum_naptime: '5s',
  // Modern disks read at random nearly as fast as sequentially
  random_page_cost: '1.1',
  // A shop's queries take less time than their compilation would
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
 * Limits the log that an unread replication slot keeps to half of the free disk space, so that a forgotten slot never
 * fills the disk. A slot beyond the limit is lost (`wal_status`); a relocation that was too slow reports that and is
 * rolled back. A fixed size would be too large for a small disk, or too small for the copy of a large table.
 */
async function slotLimit(dataDirectory: string): Promise<Record<string, string>> {
  const { bavail, bsize } = await statfs(dataDirectory)
  const megabytes = Math.max(MIN_SLOT_LIMIT_MB, Math.floor((bavail * bsize) / 2 / 2 ** 20))
  return { max_slot_wal_keep_size: `${megabytes}MB` }
}

const MIN_SLOT_LIMIT_MB = 256

async function statistics(binaries: Binaries): Promise<Record<string, string>> {
  const library = 'pg_stat_statements'
  return (await hasLibrary(binaries, library)) ? { shared_preload_libraries: library } : {}
}

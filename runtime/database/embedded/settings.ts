import { type Binaries, hasLibrary } from './binaries.ts'

/**
 * What a shop on a small machine relies on, some of it PostgreSQL's own default.
 *
 * @param overrides win over these; names and values as in postgresql.conf
 */
export async function settingsFor(
  binaries: Binaries,
  overrides: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  return { ...defaults, ...(await statistics(binaries)), ...overrides }
}

const defaults = {
  shared_buffers: '128MB',
  huge_pages: 'off',
  max_connections: '100',
  // An order that was acknowledged survives a power cut
  synchronous_commit: 'on',
  // A module is split off by logical replication, which must not need a restart first
  wal_level: 'logical',
  max_wal_senders: '10',
  max_replication_slots: '10',
  // Any disk of today reads at random nearly as fast as in order
  random_page_cost: '1.1',
  // A shop's queries are over before they would be compiled
  jit: 'off',
  listen_addresses: '127.0.0.1',
  // Their paths may be at most some 107 bytes long, which a directory of the user's choice can exceed
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  cluster_name: 'pando',
}

async function statistics(binaries: Binaries): Promise<Record<string, string>> {
  const library = 'pg_stat_statements'
  return (await hasLibrary(binaries, library)) ? { shared_preload_libraries: library } : {}
}

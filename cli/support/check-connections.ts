import { openPool } from '#runtime/database/pool.ts'
import type { Config } from '#runtime/process/config.ts'
import { MIN_CONNECTIONS } from '#runtime/process/connection-shares.ts'
import { databaseUrlOf, keepsTables, type Process, type Topology } from '#runtime/topology/topology.ts'
import type { ShopStatus } from '../start/operations.ts'
import { findServer } from './database.ts'
import type { Finding } from './finding.ts'

const ABOUT = 'connections'
/** Connections of a server that processes must leave to relocations and commands. */
const RESERVED = 20

/**
 * Compares the number of connections that all processes may open with the limit of each database server. Counts the
 * running processes according to `status`, else those of the topology.
 */
export async function checkConnections(
  config: Config,
  topology: Topology,
  status: ShopStatus | undefined,
): Promise<Finding[]> {
  const server = await findServer(config, topology)
  if (!server)
    return [{ state: 'ok', about: ABOUT, text: 'not checked, because the database is not running' }]
  const replicasOf = ({ name, replicas }: Process) =>
    status?.replicas.filter(({ process }) => process === name).length || replicas
  try {
    const servers = poolsByServer(topology, server.serverUrl, replicasOf)
    const findings = [...servers.values()].map(({ url, pools }) =>
      checkServer(url, pools, config.databaseConnections),
    )
    return await Promise.all(findings)
  } catch (error) {
    return [{ state: 'note', about: ABOUT, text: `cannot be checked (${(error as Error).message})` }]
  }
}

/** For each server: the URL of a database on it, and the number of connection pools that processes open there. */
function poolsByServer(
  topology: Topology,
  serverUrl: string | undefined,
  replicasOf: (process: Process) => number,
): Map<string, { url: string; pools: number }> {
  const servers = new Map<string, { url: string; pools: number }>()
  for (const process of topology.processes) {
    const isUnknown = process.database.kind === 'url' && process.database.url === undefined
    const url = keepsTables(process) && !isUnknown ? databaseUrlOf(process, serverUrl) : undefined
    if (!url) continue
    // The default server's own database always exists; the first start makes the others
    const isDefault = serverUrl !== undefined && serverOf(url) === serverOf(serverUrl)
    const server = servers.get(serverOf(url)) ?? { url: isDefault ? serverUrl : url, pools: 0 }
    server.pools += replicasOf(process)
    servers.set(serverOf(url), server)
  }
  return servers
}

/** Identifies a server by host and port, or by the socket in the query. */
function serverOf(url: string): string {
  const { host, search } = new URL(url)
  return host + search
}

async function checkServer(url: string, pools: number, perPool: number): Promise<Finding> {
  const about = ABOUT
  const sql = openPool({ url, max: 1, name: 'pando-doctor' })
  try {
    const [row] = await sql<{ allowed: number }[]>`
      select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - current_setting('reserved_connections')::int as allowed`
    const { allowed } = row!
    const text = `${pools === 1 ? 'one process opens' : `${pools} processes open`} up to ${pools * perPool} of the ${allowed} that ${new URL(url).hostname || 'the database'} allows`
    // A deploy starts the new process before the old one stops
    const needed = (pools + 1) * perPool + RESERVED
    if (needed <= allowed) return { state: 'ok', about, text }
    const fitting = Math.floor((allowed - RESERVED) / (pools + 1))
    const orFewer = fitting < MIN_CONNECTIONS ? '' : `, or set PANDO_DATABASE_CONNECTIONS to ${fitting}`
    const remedy = `raise its max_connections by ${needed - allowed}${orFewer}`
    const why = `${needed} are needed: a deploy runs one more process, and ${RESERVED} are for commands and moves`
    return { state: pools * perPool > allowed ? 'wrong' : 'note', about, text: `${text}; ${why}`, remedy }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

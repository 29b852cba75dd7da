import { openPool } from '#runtime/database/pool.ts'
import type { Config } from '#runtime/process/config.ts'
import { MIN_CONNECTIONS } from '#runtime/process/connection-shares.ts'
import { databaseUrlOf, keepsTables, type Process, type Topology } from '#runtime/topology/topology.ts'
import type { ShopStatus } from '../start/operations.ts'
import { findServer } from './database.ts'
import type { Finding } from './finding.ts'

const ABOUT = 'connections'
/** A relocation and the commands connect too. */
const KEPT_FREE = 20

/**
 * Compares the connections that all processes may open with what each running server allows: of those that run now, by
 * `status`, else of those that the topology starts.
 */
export async function checkConnections(
  config: Config,
  topology: Topology,
  status: ShopStatus | undefined,
): Promise<Finding[]> {
  const server = await findServer(config, topology)
  if (!server)
    return [{ state: 'ok', about: ABOUT, text: 'compared while the database runs, which it does not' }]
  const countOf = ({ name, replicas }: Process) =>
    status?.replicas.filter(({ process }) => process === name).length || replicas
  try {
    const findings = [...poolsByServer(topology, server.serverUrl, countOf).values()].map(({ url, pools }) =>
      checkServer(url, pools, config.databaseConnections),
    )
    return await Promise.all(findings)
  } catch (error) {
    return [{ state: 'note', about: ABOUT, text: `not known (${(error as Error).message})` }]
  }
}

/** Of each server: an address, and how many processes connect to it, once for each of their databases. */
function poolsByServer(
  topology: Topology,
  defaultUrl: string | undefined,
  countOf: (process: Process) => number,
): Map<string, { url: string; pools: number }> {
  const servers = new Map<string, { url: string; pools: number }>()
  for (const process of topology.processes) {
    const isUnknown = process.database.kind === 'url' && process.database.url === undefined
    const url = keepsTables(process) && !isUnknown ? databaseUrlOf(process, defaultUrl) : undefined
    if (!url) continue
    // The default server's own database exists; those with names are made by the first start.
    const isDefault = defaultUrl !== undefined && serverOf(url) === serverOf(defaultUrl)
    const server = servers.get(serverOf(url)) ?? { url: isDefault ? defaultUrl : url, pools: 0 }
    server.pools += countOf(process)
    servers.set(serverOf(url), server)
  }
  return servers
}

/** Host and port, or the socket that the query names. */
function serverOf(url: string): string {
  const { host, search } = new URL(url)
  return host + search
}

async function checkServer(url: string, pools: number, each: number): Promise<Finding> {
  const about = ABOUT
  const sql = openPool({ url, max: 1, name: 'pando-doctor' })
  try {
    const [row] = await sql<{ allowed: number }[]>`
      select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - current_setting('reserved_connections')::int as allowed`
    const { allowed } = row!
    const text = `${pools === 1 ? 'one process opens' : `${pools} processes open`} up to ${pools * each} of the ${allowed} that ${new URL(url).hostname || 'the database'} allows`
    // A deploy starts the new process before the old one stops.
    const needed = (pools + 1) * each + KEPT_FREE
    if (needed <= allowed) return { state: 'ok', about, text }
    const fitting = Math.floor((allowed - KEPT_FREE) / (pools + 1))
    const orFewer = fitting < MIN_CONNECTIONS ? '' : `, or set PANDO_DATABASE_CONNECTIONS to ${fitting}`
    const remedy = `raise its max_connections by ${needed - allowed}${orFewer}`
    const why = `${needed} are needed: a deploy runs one process more, and ${KEPT_FREE} are for commands and moves`
    return { state: pools * each > allowed ? 'wrong' : 'note', about, text: `${text}; ${why}`, remedy }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

import { openPool, type Pool } from '#runtime/database/pool.ts'
import type { Config } from '#runtime/process/config.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { dropOrphans, findOrphans, type Orphan } from '#runtime/relocation/orphans.ts'
import { hasStore, listRelocations, type Relocation, readUnfinished } from '#runtime/relocation/store.ts'
import { databaseUrlOf, keepsTables, type Topology } from '#runtime/topology/topology.ts'
import { locatePlan } from '../start/relocations.ts'
import { findServer, type OpenServer } from './database.ts'
import type { Finding } from './finding.ts'

const ABOUT = 'splits and merges'

interface Leftover extends Orphan {
  database: string
  sql: Pool
}

/**
 * Finds what splits and merges left behind in the databases of this shop: those of its topology, and those that a split or
 * a merge has ever used. `fix`: removes the leftovers. What an unfinished split or merge still needs is not a leftover.
 */
export async function checkLeftovers(
  config: Config,
  topology: Topology,
  { fix, isRunning }: { fix: boolean; isRunning: boolean },
): Promise<Finding[]> {
  const server = await findServer(config, topology)
  if (!server)
    return [{ state: 'ok', about: ABOUT, text: 'not checked, because the database is not running' }]
  // The database that records moves
  const home = open(server.homeUrl)
  const pools = [home]
  try {
    const { urls, findings } = await databaseUrls(home, server, topology)
    const reached: Pool[] = []
    for (const url of urls) {
      const sql = url === server.homeUrl ? home : open(url)
      if (sql !== home) pools.push(sql)
      const problem = await connectionProblem(sql)
      if (problem === undefined) reached.push(sql)
      else if (problem !== 'missing') findings.push(describeUnreachable(url, problem))
    }
    const leftovers = await findLeftovers(home, reached)
    if (fix) for (const each of leftovers) await dropOrphans(each.sql, [each])
    findings.push(
      ...leftovers.map((each) => describeLeftover(each, fix)),
      ...(await describeUnfinished(home, isRunning)),
    )
    return findings.length > 0 ? findings : [{ state: 'ok', about: ABOUT, text: 'no leftovers' }]
  } catch (error) {
    return [{ state: 'note', about: ABOUT, text: `cannot be checked (${(error as Error).message})` }]
  } finally {
    await Promise.all(pools.map((sql) => sql.end({ timeout: 1 })))
  }
}

function open(url: string): Pool {
  return openPool({ url, max: 1, name: 'pando-doctor' })
}

async function databaseUrls(
  home: Pool,
  { serverUrl, homeUrl }: Pick<OpenServer, 'serverUrl' | 'homeUrl'>,
  topology: Topology,
): Promise<{ urls: Set<string>; findings: Finding[] }> {
  const contracts = await loadContracts()
  const inTopology = topology.processes
    // An address that is set only on another machine is checked by "pando doctor" there
    .filter((each) => keepsTables(each) && !(each.database.kind === 'url' && each.database.url === undefined))
    .flatMap((each) => databaseUrlOf(each, serverUrl) ?? [])
  const urls = new Set([homeUrl, ...inTopology])
  const findings: Finding[] = []
  for (const { plan } of (await hasStore(home)) ? await listRelocations(home) : []) {
    try {
      const { sourceUrl, targetUrl } = locatePlan(plan, { contracts, serverUrl })
      urls.add(sourceUrl).add(targetUrl)
    } catch (error) {
      // The plan is from another version, or its address is not set here. The other databases are checked anyway
      const text = `the databases of "${plan.id}" were not checked: ${(error as Error).message}`
      findings.push({ state: 'note', about: ABOUT, text })
    }
  }
  return { urls, findings }
}

/** Undefined when the database answers; `missing` when it does not exist; else the message of the error. */
async function connectionProblem(sql: Pool): Promise<string | undefined> {
  try {
    await sql`select 1`
    return undefined
  } catch (error) {
    // 3D000 invalid_catalog_name: there is no such database
    return (error as { code?: string }).code === '3D000' ? 'missing' : (error as Error).message
  }
}

async function findLeftovers(home: Pool, databases: readonly Pool[]): Promise<Leftover[]> {
  for (;;) {
    const unfinished = (await unfinishedIn(home))?.plan.id
    const found: Leftover[] = []
    for (const sql of databases) {
      const [row] = await sql<{ name: string }[]>`select current_database() as name`
      const orphans = await findOrphans(sql, { unfinished, databases })
      found.push(...orphans.map((each) => ({ ...each, database: row!.name, sql })))
    }
    // A relocation records itself before it makes anything, so one that began meanwhile is found here
    if ((await unfinishedIn(home))?.plan.id === unfinished) return found
  }
}

async function unfinishedIn(home: Pool): Promise<Relocation | undefined> {
  return (await hasStore(home)) ? readUnfinished(home) : undefined
}

/** Reports the unfinished relocation, even one that runs now. `isRunning`: the shop runs, and may be executing it. */
async function describeUnfinished(home: Pool, isRunning: boolean): Promise<Finding[]> {
  const unfinished = await unfinishedIn(home)
  if (!unfinished) return []
  const { plan, step, state, direction, error } = unfinished
  // The error of the last try is removed when the relocation is resumed
  const hasStopped = !isRunning || state === 'failed' || error !== null
  const what = state === 'rolling back' || direction === 'backward' ? 'rollback of the move' : 'move'
  return [
    {
      state: hasStopped ? 'wrong' : 'note',
      about: ABOUT,
      text: `the ${what} of ${plan.modules.join(', ')} to "${plan.toProcess}" has ${hasStopped ? 'stopped' : 'not ended: it is'} at the step "${step}"${hasStopped && error !== null ? ` (${error})` : ''}. While it is stopped, the server keeps its write-ahead log for it, which grows with every write`,
      remedy: 'run "pando migration status", then "pando migration resume" or "pando migration rollback"',
    },
  ]
}

function describeLeftover({ kind, name, database, keptBytes }: Leftover, isRemoved: boolean): Finding {
  const what = `the ${kind} "${name}" in the database "${database}"`
  if (isRemoved) return { state: 'ok', about: ABOUT, text: `removed ${what}` }
  const kept =
    keptBytes > 0
      ? `: the server keeps ${(keptBytes / 1e6).toFixed(1)} MB of its write-ahead log for it, which grows with every write`
      : ''
  return {
    state: 'wrong',
    about: ABOUT,
    text: `${what} is left over${kept}`,
    remedy: 'run "pando doctor --fix" to remove it',
  }
}

function describeUnreachable(url: string, problem: string): Finding {
  const { host, pathname } = new URL(url)
  return {
    state: 'note',
    about: ABOUT,
    text: `the database ${host}${pathname} was not checked: ${problem}`,
    remedy: 'start that server, then run "pando doctor" again',
  }
}

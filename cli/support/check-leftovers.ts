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
 * Looks for what splits and merges left behind in the databases of this shop: those of its topology, and those that a
 * split or a merge has ever used. `fix`: removes it. What an unfinished one needs is none of it.
 */
export async function checkLeftovers(
  config: Config,
  topology: Topology,
  { fix }: { fix: boolean },
): Promise<Finding[]> {
  const server = await findServer(config, topology)
  if (!server)
    return [{ state: 'ok', about: ABOUT, text: 'looked after while the database runs, which it does not' }]
  const home = open(server.homeUrl)
  const pools = [home]
  try {
    const { urls, findings } = await databaseUrls(home, server, topology)
    const reached: Pool[] = []
    for (const url of urls) {
      const sql = url === server.homeUrl ? home : open(url)
      if (sql !== home) pools.push(sql)
      const problem = await reach(sql)
      if (problem === undefined) reached.push(sql)
      else if (problem !== 'missing') findings.push(notReached(url, problem))
    }
    const leftovers = await findLeftovers(home, reached)
    if (fix) for (const each of leftovers) await dropOrphans(each.sql, [each])
    findings.push(...leftovers.map((each) => describe(each, fix)), ...(await describeUnfinished(home)))
    return findings.length > 0 ? findings : [{ state: 'ok', about: ABOUT, text: 'nothing is left over' }]
  } catch (error) {
    return [{ state: 'note', about: ABOUT, text: `not known (${(error as Error).message})` }]
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
    // An address that only its own machine knows is for the doctor of that machine
    .filter((each) => keepsTables(each) && !(each.database.kind === 'url' && each.database.url === undefined))
    .flatMap((each) => databaseUrlOf(each, serverUrl) ?? [])
  const urls = new Set([homeUrl, ...inTopology])
  const findings: Finding[] = []
  for (const { plan } of (await hasStore(home)) ? await listRelocations(home) : []) {
    try {
      const { sourceUrl, targetUrl } = locatePlan(plan, { contracts, serverUrl })
      urls.add(sourceUrl).add(targetUrl)
    } catch (error) {
      // Of another version, or its address is not set here: the others are looked at all the same
      const text = `not looked for in the databases of "${plan.id}": ${(error as Error).message}`
      findings.push({ state: 'note', about: ABOUT, text })
    }
  }
  return { urls, findings }
}

/** Nothing when it answers; `missing` when there is no such database, which has nothing left in it. */
async function reach(sql: Pool): Promise<string | undefined> {
  try {
    await sql`select 1`
    return undefined
  } catch (error) {
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
    // One that has begun meanwhile is noted before it makes anything
    if ((await unfinishedIn(home))?.plan.id === unfinished) return found
  }
}

async function unfinishedIn(home: Pool): Promise<Relocation | undefined> {
  return (await hasStore(home)) ? readUnfinished(home) : undefined
}

/** Also one that goes on at this moment: whoever asks knows of that. */
async function describeUnfinished(home: Pool): Promise<Finding[]> {
  const unfinished = await unfinishedIn(home)
  if (!unfinished) return []
  const { plan, step } = unfinished
  return [
    {
      state: 'note',
      about: ABOUT,
      text: `the move of ${plan.modules.join(', ')} to "${plan.toProcess}" has not ended: it is at "${step}". While it stands still, the server keeps its log for it, and ever more`,
      remedy: 'look at it: "pando migration status"; then "pando migration resume", or "rollback"',
    },
  ]
}

function describe({ kind, name, database, keptBytes }: Leftover, removed: boolean): Finding {
  const what = `the ${kind} "${name}" in the database "${database}"`
  if (removed) return { state: 'ok', about: ABOUT, text: `removed ${what}` }
  const kept =
    keptBytes > 0 ? `, which keeps ${(keptBytes / 1e6).toFixed(1)} MB of the log and ever more` : ''
  return {
    state: 'wrong',
    about: ABOUT,
    text: `${what} is left over${kept}`,
    remedy: 'remove it: run "pando doctor --fix"',
  }
}

function notReached(url: string, problem: string): Finding {
  const { host, pathname } = new URL(url)
  return {
    state: 'note',
    about: ABOUT,
    text: `not looked for in ${host}${pathname}: ${problem}`,
    remedy: 'start that server, then look again',
  }
}

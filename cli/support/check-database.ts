import { join } from 'node:path'
import { withDeadline } from '#runtime/base/deadline.ts'
import { findEmbedded, stoppedProcesses } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import { serverVersion } from '#runtime/database/server-version.ts'
import type { Config } from '#runtime/process/config.ts'
import { describeDatabase, needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { remedyOfRefusal } from './database-refusals.ts'
import type { Finding } from './finding.ts'
import { embeddedDirectory, type Home, homeOf } from './home.ts'

const ABOUT = 'database'
const PATIENCE_MS = 4000

/** Looks whether the default server can be used, or could be started; where there is none, the home of moves. */
export async function checkDatabase(config: Config, topology: Topology): Promise<Finding> {
  if (config.databaseUrl)
    return checkServer(config.databaseUrl, 'the server that DATABASE_URL names', correctUrl)
  const directory = embeddedDirectory(config)
  try {
    const home = await homeOf(config, topology)
    if (home.kind === 'url' && !needsDefaultServer(topology)) return await checkHome(home)
    const running = await findEmbedded(directory)
    if (running)
      return await checkServer(running.url, `embedded, running as process ${running.pid}`, () =>
        whatToDo(directory, running.pid),
      )
  } catch (error) {
    const remedy =
      'make the data folder one that this user can read and write, or name another with PANDO_DATA'
    return { state: 'wrong', about: ABOUT, text: (error as Error).message, remedy }
  }
  return checkPrograms()
}

async function checkPrograms(): Promise<Finding> {
  try {
    const { locateBinaries } = await import('#runtime/database/embedded/index.ts')
    await locateBinaries()
    return { state: 'ok', about: ABOUT, text: 'embedded, not running; its programs are installed' }
  } catch (error) {
    const remedy = 'run "npm ci" again, without --omit=optional'
    return { state: 'wrong', about: ABOUT, text: (error as Error).message, remedy }
  }
}

async function checkHome(database: Extract<Home, { kind: 'url' }>): Promise<Finding> {
  const what = `${describeDatabase({ database })} (records splits and merges)`
  if (database.url !== undefined) return checkServer(database.url, what, correctUrl)
  return {
    state: 'note',
    about: ABOUT,
    text: `${what} is not set here`,
    remedy: 'set it to the address of that database',
  }
}

async function correctUrl(): Promise<{ remedy: string }> {
  return { remedy: 'start it, or correct the URL, user and password' }
}

/** `onSilence` says what to do about a server that cannot be asked, and why that is where it is known. */
async function checkServer(
  url: string,
  what: string,
  onSilence: () => Promise<{ reason?: string; remedy: string }>,
): Promise<Finding> {
  const sql = openPool({ url, max: 1, name: 'pando-doctor' })
  try {
    const silent = () => new Error(`it has said nothing for ${PATIENCE_MS / 1000} s`)
    const { version, problem, remedy } = await withDeadline(serverVersion(sql), PATIENCE_MS, silent)
    if (problem) return { state: 'wrong', about: ABOUT, text: problem, remedy }
    return { state: 'ok', about: ABOUT, text: `PostgreSQL ${version}, ${what}` }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const refusal = remedyOfRefusal(code, new URL(url).pathname.slice(1))
    if (refusal !== undefined)
      return { state: 'wrong', about: ABOUT, text: `${what}: it refuses (${message})`, remedy: refusal }
    const { reason = (error as Error).message, remedy } = await onSilence()
    return { state: 'wrong', about: ABOUT, text: `${what}: it does not answer (${reason})`, remedy }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The running shop starts a server again that ends; only one that neither answers nor ends needs a person. */
async function whatToDo(directory: string, pid: number): Promise<{ reason?: string; remedy: string }> {
  const stopped = await stoppedProcesses(directory)
  if (stopped.length > 0)
    return {
      reason: 'it is stopped, by SIGSTOP or a debugger',
      remedy: `let it go on: kill -CONT ${stopped.join(' ')}`,
    }
  return {
    remedy: `see what it says in ${join(directory, 'postgres.log')}, and whether the disk answers; to have it end at once: kill -QUIT ${pid}, or kill -KILL ${pid} if it stays. The running shop then starts it again, with all that was committed`,
  }
}

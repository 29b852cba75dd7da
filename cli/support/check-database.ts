import { join } from 'node:path'
import { withTimeout } from '#runtime/base/timeout.ts'
import { findEmbedded, stoppedProcesses } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import { serverVersion } from '#runtime/database/server-version.ts'
import type { Config } from '#runtime/process/config.ts'
import { describeDatabase, needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { remedyOfRefusal } from './database-refusals.ts'
import type { Finding } from './finding.ts'
import { embeddedDirectory, type Home, homeOf } from './home.ts'

const ABOUT = 'database'
const TIMEOUT_MS = 4000

/** Checks whether the default server can be used or started; without a default server, the database that records moves. */
export async function checkDatabase(config: Config, topology: Topology): Promise<Finding> {
  if (config.databaseUrl)
    return checkServer(config.databaseUrl, 'the server that DATABASE_URL names', remedyOfUrl)
  const directory = embeddedDirectory(config)
  try {
    const home = await homeOf(config, topology)
    if (home.kind === 'url' && !needsDefaultServer(topology)) return await checkHome(home)
    const running = await findEmbedded(directory)
    if (running)
      return await checkServer(running.url, `embedded, running as process ${running.pid}`, () =>
        diagnoseSilence(directory, running.pid),
      )
  } catch (error) {
    const remedy =
      'give this user read and write access to the data folder, or name another folder with PANDO_DATA'
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
  if (database.url !== undefined) return checkServer(database.url, what, remedyOfUrl)
  return {
    state: 'note',
    about: ABOUT,
    text: `${what} is not set here`,
    remedy: 'set it to the address of that database',
  }
}

async function remedyOfUrl(): Promise<{ remedy: string }> {
  return { remedy: 'start it, or correct the URL, user and password' }
}

/** `onSilence` returns the remedy for a server that does not answer, and the reason if it is known. */
async function checkServer(
  url: string,
  what: string,
  onSilence: () => Promise<{ reason?: string; remedy: string }>,
): Promise<Finding> {
  const sql = openPool({ url, max: 1, name: 'pando-doctor' })
  try {
    const timedOut = () => new Error(`no answer for ${TIMEOUT_MS / 1000} s`)
    const { version, problem, remedy } = await withTimeout(serverVersion(sql), TIMEOUT_MS, timedOut)
    if (problem) return { state: 'wrong', about: ABOUT, text: problem, remedy }
    return { state: 'ok', about: ABOUT, text: `PostgreSQL ${version}, ${what}` }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const refusal = remedyOfRefusal(code, new URL(url).pathname.slice(1))
    if (refusal !== undefined)
      return {
        state: 'wrong',
        about: ABOUT,
        text: `${what}: it refuses the connection (${message})`,
        remedy: refusal,
      }
    const { reason = (error as Error).message, remedy } = await onSilence()
    return { state: 'wrong', about: ABOUT, text: `${what}: it does not answer (${reason})`, remedy }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The running shop restarts a server that exits. A server that neither answers nor exits needs the operator. */
async function diagnoseSilence(directory: string, pid: number): Promise<{ reason?: string; remedy: string }> {
  const stopped = await stoppedProcesses(directory)
  if (stopped.length > 0)
    return {
      reason: 'it is stopped, by SIGSTOP or a debugger',
      remedy: `resume it: kill -CONT ${stopped.join(' ')}`,
    }
  return {
    remedy: `see its log, ${join(directory, 'postgres.log')}, and check whether the disk responds. To end it at once: kill -QUIT ${pid}, or kill -KILL ${pid} if it stays. The running shop then restarts it without losing committed data`,
  }
}

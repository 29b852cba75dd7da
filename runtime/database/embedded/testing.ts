import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, realpath, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'
import { openPool } from '../pool.ts'
import type { Row } from '../sql.ts'
import { type EmbeddedDatabase, type StartOptions, startEmbedded } from './start.ts'

// Making a database on a busy machine takes seconds
vi.setConfig({ testTimeout: 60_000 })

/** An empty directory that is removed after the test */
export async function emptyDirectory(): Promise<string> {
  const directory = await makeDirectory()
  // A PostgreSQL whose owner was killed may still write files
  onTestFinished(() => rm(directory, { recursive: true, maxRetries: 50, retryDelay: 20 }))
  return directory
}

let prepared: Promise<string> | undefined

/** A directory with a stopped database that has the table `kept` with one row, `number = 1`. */
export async function stoppedDatabase(): Promise<string> {
  prepared ??= prepare()
  const directory = join(await emptyDirectory(), 'postgres')
  await cp(await prepared, directory, { recursive: true })
  return directory
}

/** Removes the database that `stoppedDatabase()` copies. For `afterAll()`. */
export async function removePrepared(): Promise<void> {
  if (prepared) await rm(await prepared, { recursive: true, force: true })
}

async function prepare(): Promise<string> {
  const directory = await makeDirectory()
  const database = await startEmbedded({ directory, settings: fastSettings })
  await query(database.url, 'create table kept as select 1 as number')
  await database.stop()
  return directory
}

/** Tests need no fsync: data that a killed process has passed to the system is safe; only a power cut would lose it. */
export const fastSettings = { fsync: 'off' }

async function makeDirectory(): Promise<string> {
  return realpath(await mkdtemp(join(await temporaryRoot(), 'pando-embedded-')))
}

/** A file system in memory where Linux has enough space in one, which halves the time of these tests. */
async function temporaryRoot(): Promise<string> {
  const memory = '/dev/shm'
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }))
  return bavail * bsize > 2 ** 30 ? memory : tmpdir()
}

/** Starts a database, and stops it after the test. */
export async function start(
  directory: string,
  options: Partial<StartOptions> = {},
): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({
    directory,
    ...options,
    settings: { ...fastSettings, ...options.settings },
  })
  onTestFinished(() => database.stop())
  return database
}

export interface Owner {
  process: ChildProcess
  pid: number
  url: string
  /** The next line that the process prints. */
  nextLine(): Promise<string>
  /** Kills the process with SIGKILL, which it cannot handle. */
  kill(): Promise<void>
}

/** Opens the database of `directory` in another process, and kills that after the test. */
export async function startOwner(directory: string): Promise<Owner> {
  const { process, nextLine, kill } = spawnOwner(directory)
  return { process, pid: process.pid ?? 0, url: await nextLine(), nextLine, kill }
}

/** Like `startOwner()`, but does not wait until the database is open. */
export function spawnOwner(directory: string): Omit<Owner, 'url' | 'pid'> {
  const script = fileURLToPath(new URL('owner.fixture.ts', import.meta.url))
  // In its own process group, so that a test can interrupt it as a terminal does
  const child = spawn(process.execPath, [script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  onTestFinished(kill)
  return { process: child, nextLine, kill }

  async function nextLine(): Promise<string> {
    const { value, done } = await lines.next()
    if (done) throw new Error('The owner of the database ended early')
    return value
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL')
    await exit
  }
}

/** Runs one statement on a new connection. */
export async function query(url: string, statement: string): Promise<Row[]> {
  const sql = openPool({ url, max: 1, name: 'test' })
  try {
    return await sql.unsafe(statement)
  } finally {
    // Tests also query servers that they kill, which would take the default of five seconds
    await sql.end({ timeout: 1 })
  }
}

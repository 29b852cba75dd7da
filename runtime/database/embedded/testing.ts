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

// A database that is made on a busy machine takes seconds
vi.setConfig({ testTimeout: 60_000 })

/** An empty directory that is removed after the test */
export async function emptyDirectory(): Promise<string> {
  const directory = await makeDirectory()
  // A PostgreSQL whose owner was killed may still be writing its last
  onTestFinished(() => rm(directory, { recursive: true, maxRetries: 50, retryDelay: 20 }))
  return directory
}

let prepared: Promise<string> | undefined

/** A directory with a database that is not running and holds the table `kept` with the one row 1 */
export async function stoppedDatabase(): Promise<string> {
  prepared ??= prepare()
  const directory = join(await emptyDirectory(), 'postgres')
  await cp(await prepared, directory, { recursive: true })
  return directory
}

export async function removePrepared(): Promise<void> {
  if (prepared) await rm(await prepared, { recursive: true, force: true })
}

async function prepare(): Promise<string> {
  const directory = await makeDirectory()
  const database = await startEmbedded({ directory, settings: hasty })
  await query(database.url, 'create table kept as select 1 as number')
  await database.stop()
  return directory
}

/** A killed process loses nothing that it gave to the system; only a power cut would need the waiting */
export const hasty = { fsync: 'off' }

async function makeDirectory(): Promise<string> {
  return realpath(await mkdtemp(join(await scratch(), 'pando-embedded-')))
}

/** Memory where Linux gives enough of it, which halves the time of these tests */
async function scratch(): Promise<string> {
  const memory = '/dev/shm'
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }))
  return bavail * bsize > 2 ** 30 ? memory : tmpdir()
}

/** Starts a database that is stopped after the test */
export async function start(
  directory: string,
  options: Partial<StartOptions> = {},
): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({ directory, ...options, settings: { ...hasty, ...options.settings } })
  onTestFinished(() => database.stop())
  return database
}

export interface Owner {
  process: ChildProcess
  pid: number
  url: string
  /** The next line that it prints */
  nextLine(): Promise<string>
  /** Kills it as the system would: it can do nothing about it */
  kill(): Promise<void>
}

/** Opens the database of `directory` in another process, which is killed after the test */
export async function startOwner(directory: string): Promise<Owner> {
  const { process, nextLine, kill } = spawnOwner(directory)
  return { process, pid: process.pid ?? 0, url: await nextLine(), nextLine, kill }
}

/** The same without waiting until the database is open */
export function spawnOwner(directory: string): Omit<Owner, 'url' | 'pid'> {
  const script = fileURLToPath(new URL('owner.fixture.ts', import.meta.url))
  // In a group of its own, so that a test can interrupt it like a terminal does
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

/** Runs one statement on a connection of its own */
export async function query(url: string, statement: string): Promise<Row[]> {
  const sql = openPool({ url, max: 1, name: 'test' })
  try {
    return await sql.unsafe(statement)
  } finally {
    // Without a limit it waits for ever for a connection that broke
    await sql.end({ timeout: 1 })
  }
}

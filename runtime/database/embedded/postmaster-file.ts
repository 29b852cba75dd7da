import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandOf, startTimeOf } from './processes.ts'

/** The contents of `postmaster.pid`, which PostgreSQL's main process writes into its data directory. */
export interface Postmaster {
  pid: number
  port: number
  /** The directory of its Unix socket; empty when it has none. */
  socketDirectory: string
  /** `starting`, `ready` or `stopping`; empty at first. */
  status: string
}

/** Reads the postmaster file. Undefined when there is none: PostgreSQL does not run, and was shut down properly. */
export async function readPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const text = await readFile(fileIn(dataDirectory), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const lines = text.split('\n').map((line) => line.trim())
  // A server in single-user mode writes its process id as a negative number
  return {
    pid: Math.abs(Number(lines[0])),
    port: Number(lines[3] ?? 0),
    socketDirectory: lines[4] ?? '',
    status: lines[7] ?? '',
  }
}

/**
 * Whether the process that a postmaster file names is a running PostgreSQL of that directory. The process may have
 * ended, and another one may have its id.
 */
export async function isRunning({ pid }: Postmaster, dataDirectory: string): Promise<boolean> {
  if (!pid || (await startTimeOf(pid)) === undefined) return false
  const command = await commandOf(pid)
  return command === undefined || `${command} `.includes(` -D ${dataDirectory} `)
}

/**
 * Makes PostgreSQL treat the postmaster of the file as dead, even when another process has its id or the dead process
 * is still a zombie. The caller must be sure that it is dead.
 */
export async function invalidatePostmasterFile(dataDirectory: string): Promise<void> {
  const file = fileIn(dataDirectory)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  if (process.platform === 'win32') return rm(file, { force: true })
  // PostgreSQL ignores the id of its own parent, which this process is about to become. The rest of the file must stay:
  // it names the shared memory that children of the dead postmaster may still use, and PostgreSQL must refuse to start
  // while they do
  await writeFile(file, text.replace(/^-?\d+/, String(process.pid)))
}

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'postmaster.pid')
}

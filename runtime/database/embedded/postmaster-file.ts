import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandOf, startOf } from './processes.ts'

/** What PostgreSQL's main process writes about itself into its data directory */
export interface Postmaster {
  pid: number
  port: number
  /** Where its Unix socket is; empty when it has none */
  socketDirectory: string
  /** `starting`, `ready`, `stopping`; empty in the first moments */
  status: string
}

/** Undefined when there is no such file: PostgreSQL is not running there, and was shut down properly */
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
 * Whether the process that a postmaster file names is a running PostgreSQL of that directory, rather than gone
 * or another process with the same id.
 */
export async function isServing({ pid }: Postmaster, dataDirectory: string): Promise<boolean> {
  if (!pid || (await startOf(pid)) === undefined) return false
  const command = await commandOf(pid)
  return command === undefined || `${command} `.includes(` -D ${dataDirectory} `)
}

/**
 * Makes PostgreSQL see that the postmaster of the file has gone, where it could think otherwise: another process
 * got the id, or nobody has collected the dead one. Call it only after making sure.
 */
export async function disownPostmasterFile(dataDirectory: string): Promise<void> {
  const file = fileIn(dataDirectory)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  if (process.platform === 'win32') return rm(file, { force: true })
  // It ignores the id of its own parent, which we are about to be. The rest must stay: it leads to the memory
  // that the last children of the dead one may still use, without which PostgreSQL could not refuse to start
  await writeFile(file, text.replace(/^-?\d+/, String(process.pid)))
}

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'postmaster.pid')
}

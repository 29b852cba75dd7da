import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { commandOf, startOf } from './processes.ts'

/** What PostgreSQL's main process writes about itself into its data directory */
export interface Postmaster {
  pid: number
  port: number
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
  return { pid: Number(lines[0]), port: Number(lines[3] ?? 0), status: lines[7] ?? '' }
}

/**
 * Whether the process that a postmaster file names is a running PostgreSQL of that directory, rather than gone
 * or another process with the same id.
 */
export async function isServing({ pid }: Postmaster, dataDirectory: string): Promise<boolean> {
  if (!pid || (await startOf(pid)) === undefined) return false
  const command = await commandOf(pid)
  return command === undefined || command.includes(dataDirectory)
}

export async function removePostmasterFile(dataDirectory: string): Promise<void> {
  await rm(fileIn(dataDirectory), { force: true })
}

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'postmaster.pid')
}

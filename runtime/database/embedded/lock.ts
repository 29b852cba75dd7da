import { spawn } from 'node:child_process'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedDatabaseError, failure } from './embedded-database-error.ts'
import type { Layout } from './layout.ts'
import { startOf } from './processes.ts'

export interface Lock {
  release(): Promise<void>
}

/**
 * Claims a database for this process, by its id and its start time, so that a process that got a dead one's id
 * is not taken for it. Where the system has the program `flock`, the kernel holds the lock as well: it ends with
 * this process, and keeps out processes that cannot see it, such as another container on the same volume.
 *
 * @throws EmbeddedDatabaseError when another living process has claimed it
 */
export async function acquireLock(layout: Pick<Layout, 'lock' | 'cluster'>): Promise<Lock> {
  const path = layout.lock
  const file = await openLock(path)
  try {
    const holder = parseHolder(await file.readFile('utf8'))
    const { ino } = await file.stat({ bigint: true })
    const isFree = await lockInKernel(file)
    if (!isFree || ((await isMeant(holder, ino, layout)) && (await isRunning(holder))))
      throw inUse(path, holder)
    await file.truncate(0)
    await file.write(`${process.pid} ${await startOf(process.pid)}\n${ino}\n`, 0)
  } catch (error) {
    await file.close()
    if (error instanceof EmbeddedDatabaseError) throw error
    throw failure('lock the embedded database', dirname(path), String(error))
  }
  return { release: once(() => release(file)) }
}

interface Holder {
  pid: number
  start: string
  /** Number of the file that was locked; older versions did not write it */
  ino?: string | undefined
}

async function openLock(path: string): Promise<FileHandle> {
  try {
    // Neither truncated nor replaced: the lock is on this very file
    return await open(path, 'r+').catch(() => open(path, 'a+', 0o600).then(reopen))
  } catch (error) {
    throw failure('open the embedded database', dirname(path), String(error))
  }

  async function reopen(created: FileHandle): Promise<FileHandle> {
    await created.close()
    return open(path, 'r+')
  }
}

/** False when another process holds the kernel's lock; true also where there is no `flock` to ask */
function lockInKernel(file: FileHandle): Promise<boolean> {
  // The lock belongs to the open file, which the program shares with us: it outlives the program
  const flock = spawn('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', file.fd] })
  return new Promise((resolve) => {
    flock.on('error', () => resolve(true))
    flock.on('exit', (code) => resolve(code !== 1))
  })
}

function parseHolder(text: string): Holder | undefined {
  const [, pid, start, ino] = /^(\d+) (.+)\n(?:(\d+)\n)?/.exec(text) ?? []
  return pid && start ? { pid: Number(pid), start, ino } : undefined
}

/**
 * Whether the holder has locked this very file. In a copy of the folder it has locked the original; but a copy of a
 * link to the data leads to the original's data
 */
async function isMeant(
  holder: Holder | undefined,
  ino: bigint,
  { cluster }: Pick<Layout, 'cluster'>,
): Promise<boolean> {
  if (holder?.ino === undefined || holder.ino === String(ino)) return true
  return lstat(cluster).then(
    (file) => file.isSymbolicLink(),
    () => false,
  )
}

async function isRunning(holder: Holder | undefined): Promise<boolean> {
  return holder !== undefined && (await startOf(holder.pid)) === holder.start
}

function inUse(path: string, holder: Holder | undefined): EmbeddedDatabaseError {
  const owner = holder ? `process ${holder.pid}` : 'another process'
  return new EmbeddedDatabaseError(
    `Cannot open the embedded database in "${dirname(path)}": ${owner} has it open. ` +
      'Stop that process, or start this one with its own PANDO_DATA and PANDO_PORT',
  )
}

async function release(file: FileHandle): Promise<void> {
  await file.truncate(0)
  await file.close()
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined
  return () => {
    result ??= action()
    return result
  }
}

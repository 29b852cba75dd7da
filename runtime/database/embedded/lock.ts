import { spawn } from 'node:child_process'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedDatabaseError, embeddedDatabaseError } from './embedded-database-error.ts'
import type { Layout } from './layout.ts'
import { startTimeOf } from './processes.ts'

export interface Lock {
  release(): Promise<void>
}

/**
 * Locks a database for this process. The lock file names the process by its id and start time, so that a later process
 * with the same id is not mistaken for it. Where the system has the program `flock`, the kernel holds a lock as well.
 * That lock ends with this process, and also works against processes that cannot see this one, such as those of another
 * container on the same volume.
 *
 * @throws EmbeddedDatabaseError when another living process holds the lock
 */
export async function acquireLock(layout: Pick<Layout, 'lock' | 'cluster'>): Promise<Lock> {
  const path = layout.lock
  const file = await openLock(path)
  try {
    const holder = parseHolder(await file.readFile('utf8'))
    const { ino } = await file.stat({ bigint: true })
    const isFree = await lockInKernel(file)
    if (!isFree || ((await isForThisDatabase(holder, ino, layout)) && (await isRunning(holder))))
      throw inUse(path, holder)
    await file.truncate(0)
    await file.write(`${process.pid} ${await startTimeOf(process.pid)}\n${ino}\n`, 0)
  } catch (error) {
    await file.close()
    if (error instanceof EmbeddedDatabaseError) throw error
    throw embeddedDatabaseError('lock the embedded database', dirname(path), String(error))
  }
  return { release: once(() => release(file)) }
}

interface Holder {
  pid: number
  start: string
  /** The inode number of the locked file; older versions did not write it. */
  ino?: string | undefined
}

async function openLock(path: string): Promise<FileHandle> {
  try {
    // Opened without truncating or replacing it, as the lock belongs to the file
    return await open(path, 'r+').catch(() => open(path, 'a+', 0o600).then(reopen))
  } catch (error) {
    throw embeddedDatabaseError('open the embedded database', dirname(path), String(error))
  }

  async function reopen(created: FileHandle): Promise<FileHandle> {
    await created.close()
    return open(path, 'r+')
  }
}

/** Takes the kernel's lock. Returns false when another process holds it, and true when the system has no `flock`. */
function lockInKernel(file: FileHandle): Promise<boolean> {
  // The lock belongs to the open file, which `flock` shares with this process. So it outlives `flock`
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
 * Whether the holder uses this database. A lock file in a copied folder names the holder of the original folder, which
 * uses other data, unless the copy has a link to the same data.
 */
async function isForThisDatabase(
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
  return holder !== undefined && (await startTimeOf(holder.pid)) === holder.start
}

function inUse(path: string, holder: Holder | undefined): EmbeddedDatabaseError {
  const holderName = holder ? `process ${holder.pid}` : 'another process'
  return new EmbeddedDatabaseError(
    `Cannot open the embedded database in "${dirname(path)}": ${holderName} has it open. ` +
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

import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Instance } from './instance.ts'

/**
 * The shortest limit of any system for a socket's path (104 bytes on macOS), minus `/.s.PGSQL.65535` and a zero byte.
 */
const MAX_DIRECTORY_BYTES = 104 - 16

/**
 * Makes the directory of PostgreSQL's Unix socket, over which a statement costs less than over TCP. The directory has a
 * short path outside the data directory, since the system limits a socket's path to about 100 bytes and users choose
 * the path of the data directory. Only PostgreSQL and its owner can enter it.
 *
 * @returns its path, or undefined when there can be none (Windows, a directory of another user); TCP works in any case
 */
export async function makeSocketDirectory({
  dataDirectory,
  identity,
}: Instance): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const directory = socketDirectoryOf(dataDirectory)
  if (Buffer.byteLength(directory) > MAX_DIRECTORY_BYTES) return undefined
  try {
    await mkdir(directory, { mode: 0o700 }).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
    const ownUid = process.getuid!()
    const { uid, gid } = identity
    const existing = await lstat(directory)
    // Any user may have made it before, as it is in the directory for temporary files.
    if (!existing.isDirectory() || (existing.uid !== ownUid && existing.uid !== uid)) return undefined
    await chmod(directory, 0o700)
    if (uid !== undefined && gid !== undefined) await chown(directory, uid, gid)
    return directory
  } catch {
    return undefined
  }
}

/** Removes the socket directory if it is empty. */
export async function removeSocketDirectory({
  dataDirectory,
}: Pick<Instance, 'dataDirectory'>): Promise<void> {
  await rmdir(socketDirectoryOf(dataDirectory)).catch(() => undefined)
}

function socketDirectoryOf(dataDirectory: string): string {
  const name = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16)
  return join(tmpdir(), `pando-${name}`)
}

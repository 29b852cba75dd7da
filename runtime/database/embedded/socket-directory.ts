import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place } from './place.ts'

/** What a socket's path may have at most on every system (104 bytes on macOS), with room for `/.s.PGSQL.65535`. */
const LONGEST_DIRECTORY = 104 - 16

/**
 * Makes the directory of PostgreSQL's Unix socket, over which a statement costs less than over TCP. It is a short one
 * of its own, since a socket's path may be some 100 bytes long and a data directory's is the user's choice. Only
 * PostgreSQL and its owner can enter it.
 *
 * @returns its path, or undefined where there can be none (Windows, a directory of another user): TCP serves all the
 * same
 */
export async function makeSocketDirectory({ dataDirectory, identity }: Place): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const directory = socketDirectoryOf(dataDirectory)
  if (Buffer.byteLength(directory) > LONGEST_DIRECTORY) return undefined
  try {
    await mkdir(directory, { mode: 0o700 }).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
    const ours = process.getuid!()
    const { uid, gid } = identity
    const found = await lstat(directory)
    // In a temporary directory anybody may have made it before.
    if (!found.isDirectory() || (found.uid !== ours && found.uid !== uid)) return undefined
    await chmod(directory, 0o700)
    if (uid !== undefined && gid !== undefined) await chown(directory, uid, gid)
    return directory
  } catch {
    return undefined
  }
}

/** Removes it; one that is not empty stays. */
export async function removeSocketDirectory({ dataDirectory }: Pick<Place, 'dataDirectory'>): Promise<void> {
  await rmdir(socketDirectoryOf(dataDirectory)).catch(() => undefined)
}

function socketDirectoryOf(dataDirectory: string): string {
  const name = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16)
  return join(tmpdir(), `pando-${name}`)
}

import { chown, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises'
import { EmbeddedDatabaseError, failure } from './embedded-database-error.ts'
import { type Layout, superuser } from './layout.ts'
import { keepPassword } from './password.ts'
import type { Place } from './place.ts'
import { runProgram } from './program.ts'

/**
 * Makes sure that the place holds a cluster and that its superuser has a known password.
 *
 * A new cluster is made beside its place and renamed once it is whole, so that one that was interrupted half-way
 * is never taken for a database: it is made again.
 *
 * @returns the password of the superuser
 */
export async function ensureCluster(
  layout: Layout,
  place: Place,
  log: (line: string) => void,
): Promise<string> {
  const unfinished = `${place.dataDirectory}.initialising`
  try {
    if (await holdsCluster(place.dataDirectory)) return await keepPassword(layout, place)
    await rm(unfinished, { recursive: true, force: true })
    log(`Making a new database in "${place.dataDirectory}"`)
    const password = await keepPassword(layout, place)
    await initialise(unfinished, layout, place)
    await rename(unfinished, place.dataDirectory)
    if (place.dataDirectory !== layout.cluster) await symlink(place.dataDirectory, layout.cluster)
    return password
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error
    throw failure('make a database', place.dataDirectory, String(error))
  }
}

/**
 * Writes a new cluster through to the disk, which initdb is told not to wait for: the shop opens meanwhile.
 * A failure is left to the next checkpoint, which reports what the disk says.
 */
export async function syncCluster({ identity, binaries, dataDirectory }: Place): Promise<void> {
  await runProgram(identity, binaries.initdb, ['--sync-only', '--pgdata', dataDirectory])
}

async function holdsCluster(dataDirectory: string): Promise<boolean> {
  const files: string[] = await readdir(dataDirectory).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (files.includes('PG_VERSION')) return true
  if (files.length === 0) return false
  throw new EmbeddedDatabaseError(
    `Cannot open the embedded database: "${dataDirectory}" is neither empty nor a PostgreSQL data directory. ` +
      'Restore it from a backup, or move it away to begin with an empty database',
  )
}

async function initialise(directory: string, layout: Layout, place: Place): Promise<void> {
  await mkdir(directory, { mode: 0o700 })
  const { uid, gid } = place.identity
  if (uid !== undefined && gid !== undefined) await chown(directory, uid, gid)
  const { succeeded, output } = await runProgram(place.identity, place.binaries.initdb, [
    `--pgdata=${directory}`,
    `--username=${superuser}`,
    `--pwfile=${layout.password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of text on every system, whatever locales it has
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-locale',
    '--no-sync',
    '--no-instructions',
  ])
  if (!succeeded) throw failure('make a database', directory, output)
}

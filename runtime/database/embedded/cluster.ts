import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
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
  try {
    if (await holdsCluster(place.dataDirectory)) return await keepPassword(layout, place)
    log(`Making a new database in "${place.dataDirectory}"`)
    await removeUnfinished(place.dataDirectory)
    const password = await keepPassword(layout, place)
    // An initdb whose parent was killed may still run: nothing of ours must lie where it writes
    const unfinished = `${place.dataDirectory}${unfinishedMark}${process.pid}`
    await initialise(unfinished, password, place)
    await rename(unfinished, place.dataDirectory)
    return password
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error
    throw failure('make a database', place.dataDirectory, String(error))
  }
}

/**
 * Has a new cluster written through to the disk, which initdb was told not to wait for, and does not wait for it
 * either. The system does the same by itself within half a minute; a failure is left for the next checkpoint to
 * report.
 */
export function syncCluster({ identity, binaries, dataDirectory }: Place): void {
  runProgram(identity, binaries.initdb, ['--sync-only', '--pgdata', dataDirectory])
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

const unfinishedMark = '.unfinished-'

async function removeUnfinished(dataDirectory: string): Promise<void> {
  const parent = dirname(dataDirectory)
  for (const name of await readdir(parent)) {
    if (!name.startsWith(basename(dataDirectory) + unfinishedMark)) continue
    // What cannot be removed now is in nobody's way, and is tried again when a database is made the next time
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

async function initialise(directory: string, password: string, place: Place): Promise<void> {
  // A copy, since whoever runs initdb may be unable to reach the one that is kept
  const passwordFile = `${directory}.password`
  await mkdir(directory, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  const { uid, gid } = place.identity
  if (uid !== undefined && gid !== undefined) {
    await chown(directory, uid, gid)
    await chown(passwordFile, uid, gid)
  }
  const { succeeded, errors } = await runProgram(place.identity, place.binaries.initdb, [
    `--pgdata=${directory}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of text on every system, whatever locales it has
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-locale',
    '--no-sync',
    '--no-instructions',
  ])
  await rm(passwordFile)
  if (!succeeded) throw failure('make a database', directory, errors)
}

import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EmbeddedDatabaseError, embeddedDatabaseError } from './embedded-database-error.ts'
import type { Instance } from './instance.ts'
import { type Layout, superuser } from './layout.ts'
import { ensurePassword } from './password.ts'
import { runProgram } from './program.ts'

/**
 * Makes the cluster in `instance.dataDirectory` if there is none, and its superuser's password if that is not known.
 *
 * A new cluster is made in a temporary directory next to `instance.dataDirectory`, which is renamed when it is
 * complete. So an interrupted attempt is never mistaken for a database, and the next start repeats it.
 *
 * @returns the password of the superuser
 */
export async function ensureCluster(
  layout: Layout,
  instance: Instance,
  log: (line: string) => void,
): Promise<string> {
  try {
    if (await holdsCluster(instance.dataDirectory)) return await ensurePassword(layout, instance)
    log(`Making a new database in "${instance.dataDirectory}"`)
    await removeUnfinished(instance.dataDirectory)
    const password = await ensurePassword(layout, instance)
    // The initdb of a killed process may still run, so each process uses its own directory
    const unfinished = `${instance.dataDirectory}${unfinishedMark}${process.pid}`
    await initialise(unfinished, password, instance)
    await rename(unfinished, instance.dataDirectory)
    return password
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error
    throw embeddedDatabaseError('make a database', instance.dataDirectory, String(error))
  }
}

/**
 * Starts to flush a new cluster to the disk, which `initdb --no-sync` skips, and does not wait for the end. If it
 * fails, the system flushes the files within half a minute anyway, and the next checkpoint reports disk errors.
 */
export function syncCluster({ identity, binaries, dataDirectory }: Instance): void {
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
    // A directory that cannot be removed now is harmless, and is tried again when a database is made the next time
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

async function initialise(directory: string, password: string, instance: Instance): Promise<void> {
  // A copy, since the user that runs initdb may be unable to read the original
  const passwordFile = `${directory}.password`
  await mkdir(directory, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  const { uid, gid } = instance.identity
  if (uid !== undefined && gid !== undefined) {
    await chown(directory, uid, gid)
    await chown(passwordFile, uid, gid)
  }
  const { succeeded, errors } = await runProgram(instance.identity, instance.binaries.initdb, [
    `--pgdata=${directory}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Text has the same order on every system, independent of its locales
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-locale',
    '--no-sync',
    '--no-instructions',
  ])
  await rm(passwordFile)
  if (!succeeded) throw embeddedDatabaseError('make a database', directory, errors)
}

import { randomBytes } from 'node:crypto'
import { chmod, cp, lchown, mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Binaries, binariesIn } from './binaries.ts'
import { embeddedDatabaseError } from './embedded-database-error.ts'
import type { Instance, User } from './instance.ts'
import type { Layout } from './layout.ts'
import { type Identity, runProgram } from './program.ts'

/**
 * Lets root run PostgreSQL as another user. That user becomes the owner of the data directory. Data and binaries that
 * the user could not reach go into `systemDirectory`, which is logged.
 */
export async function instanceForUser(
  { uid, gid }: User,
  { layout, instance, systemDirectory, log }: InstanceOptions,
): Promise<Instance> {
  const identity: Identity = { prefix: [], uid, gid }
  try {
    // The user must be able to traverse the directory; the files in it keep their permissions
    await chmod(layout.directory, 0o711)
    const dataDirectory = await reachableData(identity, { layout, instance, systemDirectory, log })
    const binaries = await reachableBinaries(identity, { instance, systemDirectory, log })
    if (instance.existed) await changeOwner(dataDirectory, { uid, gid })
    return { ...instance, dataDirectory, binaries, identity }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw embeddedDatabaseError(`prepare PostgreSQL's files for user ${uid}`, systemDirectory, error.message)
  }
}

interface InstanceOptions {
  layout: Layout
  instance: Omit<Instance, 'identity'>
  systemDirectory: string
  log: (line: string) => void
}

async function reachableData(
  identity: Identity,
  { layout, instance, systemDirectory, log }: InstanceOptions,
): Promise<string> {
  const parent = dirname(instance.dataDirectory)
  if (await succeeds(identity, 'sh', '-c', 'cd "$1"', 'sh', parent)) return instance.dataDirectory
  if (instance.existed) {
    throw embeddedDatabaseError(
      'open the database',
      parent,
      `Permission denied for user ${identity.uid}, who runs PostgreSQL`,
    )
  }
  const dataDirectory = join(systemDirectory, `data-${randomBytes(4).toString('hex')}`, 'cluster')
  await mkdir(dirname(dataDirectory), { recursive: true, mode: 0o755 })
  await symlink(dataDirectory, layout.cluster)
  log(
    `PostgreSQL runs as user ${identity.uid}, who cannot enter "${parent}": ` +
      `the data is kept in "${dataDirectory}", and "${layout.cluster}" is a link to it`,
  )
  return dataDirectory
}

async function reachableBinaries(
  identity: Identity,
  { instance, systemDirectory, log }: Omit<InstanceOptions, 'layout'>,
): Promise<Binaries> {
  if (await succeeds(identity, instance.binaries.postgres, '--version')) return instance.binaries
  const { mtimeMs, size } = await stat(instance.binaries.postgres)
  const copy = join(systemDirectory, `binaries-${size}-${Math.trunc(mtimeMs)}`)
  const binaries = binariesIn(copy)
  if (await succeeds(identity, binaries.postgres, '--version')) return binaries
  log(`PostgreSQL runs as user ${identity.uid}, who cannot reach its binaries: copying them to "${copy}"`)
  const unfinished = `${copy}.${process.pid}`
  await rm(copy, { recursive: true, force: true })
  await cp(instance.binaries.root, unfinished, { recursive: true, verbatimSymlinks: true, filter: isNeeded })
  await chmod(unfinished, 0o755)
  await rename(unfinished, copy)
  return binaries
}

/** Static libraries are only needed to compile against PostgreSQL. */
function isNeeded(path: string): boolean {
  return !basename(path).endsWith('.a')
}

async function succeeds(identity: Identity, program: string, ...args: string[]): Promise<boolean> {
  return (await runProgram(identity, program, args)).succeeded
}

async function changeOwner(directory: string, { uid, gid }: User): Promise<void> {
  await lchown(directory, uid, gid)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    await (entry.isDirectory() ? changeOwner(path, { uid, gid }) : lchown(path, uid, gid))
  }
}

import { access, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'
import type { Instance, User } from './instance.ts'
import type { Layout } from './layout.ts'
import { currentUser, type Identity, runProgram } from './program.ts'
import { instanceForUser } from './unprivileged.ts'

/** How root runs PostgreSQL, which refuses to run as root. */
export type RunAs = 'namespace' | 'unprivileged'

/**
 * Decides which user PostgreSQL runs as, and so where its files can be. An ordinary user runs it directly, or in a
 * namespace if the user has no name, which initdb requires. For root:
 *
 * - `namespace`: in a user namespace that maps root to another user. PostgreSQL sees an ordinary user and the system
 *   sees root, so PostgreSQL can use directories that only root can enter.
 * - `unprivileged`: as the user `postgres` or `nobody`, where namespaces are forbidden (many containers). Files that
 *   this user cannot reach are put into `systemDirectory`.
 *
 * A cluster that another user owns is always run as that user. Side effect: an unprivileged user becomes the owner of
 * the data directory.
 *
 * @param runAs which of the two to use. Default: the first that works
 * @param systemDirectory where to put binaries and data that the unprivileged user could not reach otherwise
 * @throws EmbeddedDatabaseError when /etc/passwd has no ordinary user, or the link to the data is broken
 */
export async function prepareInstance(options: {
  layout: Layout
  binaries: Binaries
  runAs: RunAs | undefined
  systemDirectory: string
  log: (line: string) => void
}): Promise<Instance> {
  const { layout, binaries, runAs } = options
  const { owner, ...cluster } = await locateCluster(layout)
  const instance = { ...cluster, binaries }
  if (process.getuid?.() !== 0) {
    return { ...instance, identity: hasAccount() ? currentUser : await namespaceIfPossible(layout, binaries) }
  }
  if (owner && owner.uid !== 0) return instanceForUser(owner, { ...options, instance })
  if (runAs !== 'unprivileged') {
    const identity = await namespace()
    if (runAs === 'namespace' || (await canRun(identity, layout, binaries))) return { ...instance, identity }
  }
  return instanceForUser(await unprivilegedUser(), { ...options, instance })
}

async function locateCluster(
  layout: Layout,
): Promise<{ dataDirectory: string; existed: boolean; owner?: User }> {
  try {
    const { uid, gid } = await stat(layout.cluster)
    return { dataDirectory: await realpath(layout.cluster), existed: true, owner: { uid, gid } }
  } catch (error) {
    const target = await readlink(layout.cluster).catch(() => undefined)
    if (!target) return { dataDirectory: join(await realpath(layout.directory), 'cluster'), existed: false }
    // If the target's parent exists, creating the cluster was interrupted
    if (await exists(dirname(target))) return { dataDirectory: target, existed: false }
    throw new EmbeddedDatabaseError(
      `Cannot open the embedded database: the link "${layout.cluster}" points to data that does not exist (${error}). ` +
        'Restore the data, or remove the link to begin with an empty database',
    )
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Whether the current user has a name. */
function hasAccount(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false
  }
}

async function namespaceIfPossible(layout: Layout, binaries: Binaries): Promise<Identity> {
  const identity = await namespace()
  return (await canRun(identity, layout, binaries)) ? identity : currentUser
}

async function namespace(): Promise<Identity> {
  const { uid, gid } = await unprivilegedUser()
  return { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`] }
}

/** Whether this identity can enter the database's directory and run PostgreSQL. */
async function canRun(identity: Identity, { directory }: Layout, { postgres }: Binaries): Promise<boolean> {
  const script = 'cd "$1" && exec "$2" --version'
  return (await runProgram(identity, 'sh', ['-c', script, 'sh', directory, postgres])).succeeded
}

/** The user `postgres` or `nobody`, else any user except root. */
async function unprivilegedUser(): Promise<User> {
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0)
  const byName = (wanted: string) => accounts.find(({ name }) => name === wanted)
  const account = byName('postgres') ?? byName('nobody') ?? accounts[0]
  if (account) return account
  throw new EmbeddedDatabaseError(
    'Cannot start the embedded PostgreSQL as root: it needs an ordinary user, and /etc/passwd has none. ' +
      'Add one (useradd postgres), start as an ordinary user, or set DATABASE_URL to a PostgreSQL server',
  )
}

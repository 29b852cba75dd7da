import { access, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'
import type { Layout } from './layout.ts'
import type { Place, User } from './place.ts'
import { type Identity, ourselves, runProgram } from './program.ts'
import { placeForUser } from './unprivileged.ts'

/** How a process of root runs PostgreSQL, which refuses to run as root */
export type RunAs = 'namespace' | 'unprivileged'

/**
 * Decides as whom PostgreSQL runs, and so where its files can be. An ordinary user runs it as itself. For root:
 *
 * - `namespace`: in a user namespace that gives root another number inside. PostgreSQL sees an ordinary user, the
 *   system sees root, so that it can use what only root can enter.
 * - `unprivileged`: where namespaces are forbidden (many containers), as the user `postgres` or `nobody`. What
 *   that user cannot reach is put in `systemDirectory`.
 *
 * @param runAs leaves no choice; by default the first of these that works
 * @param systemDirectory where binaries and data go that the unprivileged user could not reach otherwise
 */
export async function choosePlace(options: {
  layout: Layout
  binaries: Binaries
  runAs: RunAs | undefined
  systemDirectory: string
  log: (line: string) => void
}): Promise<Place> {
  const { layout, binaries, runAs } = options
  const { owner, ...cluster } = await locateCluster(layout)
  const place = { ...cluster, binaries }
  if (process.getuid?.() !== 0) {
    return { ...place, identity: hasAccount() ? ourselves : await namespaceIfPossible(layout, binaries) }
  }
  if (owner && owner.uid !== 0) return placeForUser(owner, { ...options, place })
  if (runAs !== 'unprivileged') {
    const identity = await namespace()
    if (runAs === 'namespace' || (await canServe(identity, layout, binaries))) return { ...place, identity }
  }
  return placeForUser(await unprivilegedUser(), { ...options, place })
}

async function locateCluster(
  layout: Layout,
): Promise<{ dataDirectory: string; exists: boolean; owner?: User }> {
  try {
    const { uid, gid } = await stat(layout.cluster)
    return { dataDirectory: await realpath(layout.cluster), exists: true, owner: { uid, gid } }
  } catch (error) {
    const target = await readlink(layout.cluster).catch(() => undefined)
    if (!target) return { dataDirectory: join(await realpath(layout.directory), 'cluster'), exists: false }
    // Its making was interrupted if the place that was prepared for it is still there
    if (await exists(dirname(target))) return { dataDirectory: target, exists: false }
    throw new EmbeddedDatabaseError(
      `Cannot open the embedded database: "${layout.cluster}" leads to data that is not there (${error}). ` +
        'Put it back, or remove the link to begin with an empty database',
    )
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** initdb insists on a name for the current user */
function hasAccount(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false
  }
}

async function namespaceIfPossible(layout: Layout, binaries: Binaries): Promise<Identity> {
  const identity = await namespace()
  return (await canServe(identity, layout, binaries)) ? identity : ourselves
}

async function namespace(): Promise<Identity> {
  const { uid, gid } = await unprivilegedUser()
  return { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`] }
}

async function canServe(identity: Identity, { directory }: Layout, { postgres }: Binaries): Promise<boolean> {
  const script = 'cd "$1" && exec "$2" --version'
  return (await runProgram(identity, 'sh', ['-c', script, 'sh', directory, postgres])).succeeded
}

/** `postgres` or `nobody`, else any user but root */
async function unprivilegedUser(): Promise<User> {
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0)
  const named = (wanted: string) => accounts.find(({ name }) => name === wanted)
  const account = named('postgres') ?? named('nobody') ?? accounts[0]
  if (account) return account
  throw new EmbeddedDatabaseError(
    'Cannot start the embedded PostgreSQL as root: it needs an ordinary user, and /etc/passwd has none. ' +
      'Add one (useradd postgres), start as an ordinary user, or set DATABASE_URL to a PostgreSQL server',
  )
}

import { hkdfSync, randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

/** What becomes of a shop that gets another secret than it had. */
export const NEW_SECRET_MEANS =
  'links in mails that were sent open nothing, processes with the earlier secret refuse calls, and events that wait on a NATS server are lost'

/** Reads the deployment's secret from the data folder; makes it on the first start, readable by its owner only. */
export async function readOrMakeSecret(
  dataDirectory: string,
): Promise<{ secret: string; path: string; isNew: boolean }> {
  await makeFolder(dataDirectory)
  const path = secretPath(dataDirectory)
  const isNew = (await readSecret(dataDirectory)) === undefined && (await makeSecret(path))
  return { secret: (await readSecret(dataDirectory))!, path, isNew }
}

/** Answers whether it was made here: of two first starts both use the same secret. It is whole, or not there. */
async function makeSecret(path: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.next`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(32).toString('hex')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      // Some file systems have no second name for a file
      if (LINKLESS.has(error.code!)) return rename(draft, path)
      throw error
    })
    return true
  } catch (error) {
    const { code, path: named } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // Of a write, Node.js does not say to which file
    throw named === undefined ? Object.assign(error as Error, { path }) : error
  } finally {
    await rm(draft, { force: true })
  }
}

const LINKLESS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])

function secretPath(dataDirectory: string): string {
  return join(dataDirectory, 'secret')
}

/** The secret in a data folder; undefined when no shop has made one there. */
export async function readSecret(dataDirectory: string): Promise<string | undefined> {
  const path = secretPath(dataDirectory)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  const secret = text?.trim()
  if (secret !== undefined && secret.length < 32) {
    throw new Error(
      `Cannot use the secret in ${path}: it is shorter than 32 characters. Bring it back from a backup, or delete the file to get a new one (${NEW_SECRET_MEANS})`,
    )
  }
  return secret
}

/** A key for one purpose (HKDF-SHA256, RFC 5869), 32 bytes unless told: from one purpose's key nothing follows of another's. */
export function deriveKey(secret: string, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'pando', purpose, bytes))
}

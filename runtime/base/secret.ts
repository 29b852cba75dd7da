import { hkdfSync, randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

/** The consequences of a new secret for an existing shop, as text for messages. */
export const NEW_SECRET_EFFECTS =
  'links in emails already sent stop working, processes with the old secret refuse calls, and undelivered events on a NATS server are lost'

/** Reads the deployment's secret from the data folder. Makes it on the first start, readable only by its owner. */
export async function readOrMakeSecret(
  dataDirectory: string,
): Promise<{ secret: string; path: string; isNew: boolean }> {
  await makeFolder(dataDirectory)
  const path = secretPath(dataDirectory)
  const isNew = (await readSecret(dataDirectory)) === undefined && (await makeSecret(path))
  return { secret: (await readSecret(dataDirectory))!, path, isNew }
}

/**
 * Makes the file of the secret, which is complete or does not exist. Returns false when another process that starts at
 * the same time has made it: both then use that one.
 */
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
      if (NO_HARD_LINKS.has(error.code!)) return rename(draft, path)
      throw error
    })
    return true
  } catch (error) {
    const { code, path: failedPath } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // Node.js does not name the file of a failed write
    throw failedPath === undefined ? Object.assign(error as Error, { path }) : error
  } finally {
    await rm(draft, { force: true })
  }
}

/** The codes of `link` on file systems without hard links. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])

function secretPath(dataDirectory: string): string {
  return join(dataDirectory, 'secret')
}

/** The secret in a data folder; undefined when there is none. Throws when it is too short. */
export async function readSecret(dataDirectory: string): Promise<string | undefined> {
  const path = secretPath(dataDirectory)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  const secret = text?.trim()
  if (secret !== undefined && secret.length < 32) {
    throw new Error(
      `Cannot use the secret in ${path}: it is shorter than 32 characters. Restore it from a backup, or delete the file to get a new one (${NEW_SECRET_EFFECTS})`,
    )
  }
  return secret
}

/**
 * Derives a key for one purpose from the secret (HKDF-SHA256, RFC 5869). The key of one purpose reveals nothing about
 * the keys of others. `bytes`: default 32.
 */
export function deriveKey(secret: string, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'pando', purpose, bytes))
}

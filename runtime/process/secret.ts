import { hkdfSync, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

/** Reads the deployment's secret from the data folder; makes it on the first start, readable by its owner only. */
export async function readOrMakeSecret(dataDirectory: string): Promise<string> {
  await makeFolder(dataDirectory)
  const path = join(dataDirectory, 'secret')
  try {
    // Fails when the file is there, so that of two first starts both use the same secret.
    await writeFile(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return (await readSecret(dataDirectory))!
}

/** The secret in a data folder; undefined when no shop has made one there. */
export async function readSecret(dataDirectory: string): Promise<string | undefined> {
  const path = join(dataDirectory, 'secret')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  const secret = text?.trim()
  if (secret !== undefined && secret.length < 32) {
    throw new Error(
      `Cannot use the secret in ${path}: it is shorter than 32 characters. Delete the file to get a new one (sessions and links that were sent become invalid)`,
    )
  }
  return secret
}

/** The deployment's secret: the one that is set, else the data folder's. */
export async function deploymentSecret(settings: {
  secret: string | undefined
  dataDirectory: string
}): Promise<string> {
  return settings.secret ?? (await readOrMakeSecret(settings.dataDirectory))
}

/** A key for one purpose (HKDF-SHA256, RFC 5869), 32 bytes unless told: from one purpose's key nothing follows of another's. */
export function deriveKey(secret: string, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'pando', purpose, bytes))
}

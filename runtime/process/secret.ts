import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Reads the deployment's secret from the data folder; makes it on the first start, readable by its owner only. */
export async function readOrMakeSecret(dataDirectory: string): Promise<string> {
  await mkdir(dataDirectory, { recursive: true })
  const path = join(dataDirectory, 'secret')
  try {
    // Fails when the file is there, so that of two first starts both use the same secret.
    await writeFile(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = (await readFile(path, 'utf8')).trim()
  if (secret.length < 32) {
    throw new Error(
      `Cannot use the secret in ${path}: it is shorter than 32 characters. Delete the file to get a new one (sessions and links that were sent become invalid)`,
    )
  }
  return secret
}

import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { embeddedDatabaseError } from './embedded-database-error.ts'
import type { Instance } from './instance.ts'
import { type Layout, superuser } from './layout.ts'
import { runProgram } from './program.ts'

/** The superuser's password; undefined when there is none. */
export async function readPassword(layout: Layout): Promise<string | undefined> {
  const text = await readFile(layout.password, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.trim() || undefined
}

/**
 * Reads the superuser's password, and makes it if there is none. When the password file of an existing cluster is lost,
 * sets the new password in the cluster, whose server must not be running.
 */
export async function ensurePassword(layout: Layout, instance: Instance): Promise<string> {
  const existing = await readPassword(layout)
  if (existing) return existing
  const password = randomBytes(24).toString('base64url')
  if (instance.existed) await setPassword(password, instance)
  await write(layout.password, password)
  return password
}

async function setPassword(password: string, { dataDirectory, identity, binaries }: Instance): Promise<void> {
  // The single-user server asks for no password. It exits with 0 even when the statement failed, so its output counts
  const args = ['--single', '-D', dataDirectory, 'postgres']
  const statement = `alter role ${superuser} password '${password}'\n`
  const { succeeded, errors } = await runProgram(identity, binaries.postgres, args, statement)
  if (!succeeded || /ERROR|FATAL/.test(errors))
    throw embeddedDatabaseError('set a new password', dataDirectory, errors)
}

async function write(path: string, password: string): Promise<void> {
  const unfinished = `${path}.new`
  await writeFile(unfinished, `${password}\n`, { mode: 0o600 })
  await rename(unfinished, path)
}

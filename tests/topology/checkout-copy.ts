import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url))

/** A copy of this checkout, whose code a test may change. */
export interface CheckoutCopy {
  directory: string
  /** Environment variables for its programs. */
  environment: Record<string, string>
  remove(): Promise<void>
}

/** Copies the sources of this checkout, and links its npm packages. */
export async function copyCheckout(): Promise<CheckoutCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-checkout-'))
  const entries = await readdir(CHECKOUT)
  // The packages are linked. Hidden entries are not sources: the repository of Git, and data of shops
  const sources = entries.filter((name) => name !== 'node_modules' && !name.startsWith('.'))
  await Promise.all(
    sources.map((name) => cp(join(CHECKOUT, name), join(directory, name), { recursive: true })),
  )
  await symlink(join(CHECKOUT, 'node_modules'), join(directory, 'node_modules'))
  return {
    directory,
    // Keep the compiled code of temporary files out of the common cache
    environment: { NODE_COMPILE_CACHE: join(directory, 'compiled') },
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url))
/** Files and folders that are needed to start and build a shop. */
const PARTS = ['cli', 'lab', 'modules', 'runtime', 'shared', 'topologies', 'package.json', 'LICENSE']

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
  await Promise.all(PARTS.map((part) => cp(join(CHECKOUT, part), join(directory, part), { recursive: true })))
  await symlink(join(CHECKOUT, 'node_modules'), join(directory, 'node_modules'))
  return {
    directory,
    // Keep the compiled code of temporary files out of the common cache
    environment: { NODE_COMPILE_CACHE: join(directory, 'compiled') },
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

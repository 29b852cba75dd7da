import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url))
/** What a shop is started and built from. */
const PARTS = ['cli', 'lab', 'modules', 'runtime', 'shared', 'topologies', 'package.json', 'LICENSE']

/** A checkout of a test's own, whose code may change. */
export interface CheckoutCopy {
  directory: string
  /** What its programs are started with. */
  environment: Record<string, string>
  remove(): Promise<void>
}

/** Copies this checkout's sources; the packages of npm stay where they are. */
export async function copyCheckout(): Promise<CheckoutCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-checkout-'))
  await Promise.all(PARTS.map((part) => cp(join(CHECKOUT, part), join(directory, part), { recursive: true })))
  await symlink(join(CHECKOUT, 'node_modules'), join(directory, 'node_modules'))
  return {
    directory,
    // Compiled code of files that are about to go away is of no use to others.
    environment: { NODE_COMPILE_CACHE: join(directory, 'compiled') },
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

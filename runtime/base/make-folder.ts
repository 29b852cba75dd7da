import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and its missing parents. Node's own `recursive` option never returns where the system answers ENOENT
 * for a child of an existing folder, as Linux does in /proc.
 *
 * @param mode of the folder itself; parents get the default mode
 * @throws the system's error for the first folder that cannot be made
 */
export async function makeFolder(path: string, { mode }: { mode?: number } = {}): Promise<void> {
  const parent = dirname(path)
  if (parent !== path && !(await exists(parent))) await makeFolder(parent)
  await mkdir(path, mode === undefined ? {} : { mode }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw Object.assign(
        new Error(`Cannot make the folder ${path}: ${parent} allows no new folders. Give another path`),
        {
          code: 'ENOENT',
        },
      )
    if (error.code !== 'EEXIST' || !(await isFolder(path))) throw error
  })
}

/** The folder itself if it exists, else its nearest parent that does. */
export async function nearestFolder(path: string): Promise<string> {
  const parent = dirname(path)
  return parent === path || (await exists(path)) ? path : nearestFolder(parent)
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory()
}

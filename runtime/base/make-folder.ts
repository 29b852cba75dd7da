import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` never returns where the system answers
 * ENOENT below a folder that is there, as Linux does in /proc.
 *
 * @param mode of the last one; those above are made as usual
 * @throws what the system says of the first folder that cannot be made
 */
export async function makeFolder(path: string, { mode }: { mode?: number } = {}): Promise<void> {
  const above = dirname(path)
  if (above !== path && !(await isThere(above))) await makeFolder(above)
  await mkdir(path, mode === undefined ? {} : { mode }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw Object.assign(
        new Error(`Cannot make the folder ${path}: ${above} takes none. Name another one`),
        {
          code: 'ENOENT',
        },
      )
    if (error.code !== 'EEXIST' || !(await isFolder(path))) throw error
  })
}

/** The folder itself where it is there, else the nearest one above it that is. */
export async function nearestFolder(path: string): Promise<string> {
  const above = dirname(path)
  return above === path || (await isThere(path)) ? path : nearestFolder(above)
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory()
}

import { resolve } from 'node:path'
import { runtimeSettings } from '#runtime/process/config.ts'

/** Folder in the data folder: the artefacts that "pando deploy --build" has built for the running shop. */
export const ARTEFACTS_FOLDER = 'artefacts'

/** Folder in the data folder: the resulting topology of each unfinished relocation. */
export const RELOCATIONS_FOLDER = 'relocations'

/** The data folder as an absolute path: `data`, else PANDO_DATA, else its default. */
export function folderOf(
  data?: string,
  environment: Record<string, string | undefined> = process.env,
): string {
  return resolve(data ?? (environment.PANDO_DATA || runtimeSettings.PANDO_DATA.default))
}

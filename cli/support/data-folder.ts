import { resolve } from 'node:path'
import { runtimeSettings } from '#runtime/process/config.ts'

/** In the data folder: what "pando deploy --build" has built for the running shop. */
export const ARTEFACTS_FOLDER = 'artefacts'

/** The data folder as an absolute path: the one that is given, else that of PANDO_DATA, else the usual one. */
export function folderOf(
  data?: string,
  environment: Record<string, string | undefined> = process.env,
): string {
  return resolve(data ?? (environment.PANDO_DATA || runtimeSettings.PANDO_DATA.default))
}

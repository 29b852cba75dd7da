import { resolve } from 'node:path'
import { runtimeSettings } from '#runtime/process/config.ts'

/** The data folder as an absolute path: the one that is given, else that of PANDO_DATA, else the usual one. */
export function folderOf(
  data?: string,
  environment: Record<string, string | undefined> = process.env,
): string {
  return resolve(data ?? (environment.PANDO_DATA || runtimeSettings.PANDO_DATA.default))
}

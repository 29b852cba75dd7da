import { resolve } from 'node:path'
import { runtimeSettings } from '#runtime/process/config.ts'
import { readSecret } from '#runtime/process/secret.ts'
import { UserError } from './report-error.ts'

/** The deployment's secret: PANDO_SECRET, or the one in the data folder. Throws when there is neither. */
export async function readDeploymentSecret(environment: Record<string, string | undefined>): Promise<string> {
  const folder = resolve(environment.PANDO_DATA || runtimeSettings.PANDO_DATA.default)
  const secret = environment.PANDO_SECRET || (await readSecret(folder))
  if (secret) return secret
  throw new UserError(
    `Cannot find the deployment's secret: set PANDO_SECRET, or PANDO_DATA to the data folder of the shop (${folder} has none)`,
  )
}

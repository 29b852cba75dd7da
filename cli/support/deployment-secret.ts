import { readSecret } from '#runtime/base/secret.ts'
import { folderOf } from './data-folder.ts'
import { UserError } from './report-error.ts'

/** The deployment's secret: PANDO_SECRET, else the one in the data folder. Throws a UserError when there is neither. */
export async function readDeploymentSecret(environment: Record<string, string | undefined>): Promise<string> {
  const folder = folderOf(undefined, environment)
  const secret = environment.PANDO_SECRET || (await readSecret(folder))
  if (secret) return secret
  throw new UserError(
    `Cannot find the deployment's secret: set PANDO_SECRET, or PANDO_DATA to the data folder of the shop (${folder} has none)`,
  )
}

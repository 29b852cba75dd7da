import { resolve } from 'node:path'
import { runtimeSettings } from '#runtime/process/config.ts'
import { deploymentSecret } from '#runtime/process/secret.ts'

/** The deployment's secret: PANDO_SECRET, or the one in the data folder. */
export async function readDeploymentSecret(environment: Record<string, string | undefined>): Promise<string> {
  return deploymentSecret({
    secret: environment.PANDO_SECRET || undefined,
    dataDirectory: resolve(environment.PANDO_DATA || runtimeSettings.PANDO_DATA.default),
  })
}

import { askShop } from '#runtime/supervisor/ask-shop.ts'
import { folderOf } from './data-folder.ts'
import { readDeploymentSecret } from './deployment-secret.ts'

/**
 * Calls an operation of the running shop of a data folder. `data`: the folder; default: PANDO_DATA. Throws when no shop is
 * running, when it does not answer, and with the shop's message when the operation fails.
 */
export function callRunningShop<Result>(
  operation: string,
  input: unknown,
  { data, onProgress }: { data?: string | undefined; onProgress?: (progress: never) => void },
): Promise<Result> {
  const folder = folderOf(data)
  return askShop({
    dataDirectory: folder,
    secret: () => readDeploymentSecret({ ...process.env, PANDO_DATA: folder }),
    operation,
    input,
    onSilence: (message) => console.error(`pando: ${message}`),
    ...(onProgress ? { onProgress: onProgress as (progress: unknown) => void } : {}),
  }) as Promise<Result>
}

import { askShop } from '#runtime/supervisor/ask-shop.ts'
import { folderOf } from './data-folder.ts'
import { readDeploymentSecret } from './deployment-secret.ts'

/**
 * Asks the shop that runs with a data folder: `data`, or the one that PANDO_DATA names. Throws when none is running, when
 * it does not answer, and when it cannot do that, in its words.
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
    onSilence: (words) => console.error(`pando: ${words}`),
    ...(onProgress ? { onProgress: onProgress as (progress: unknown) => void } : {}),
  }) as Promise<Result>
}

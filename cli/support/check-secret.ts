import { NEW_SECRET_EFFECTS, readSecret } from '#runtime/base/secret.ts'
import type { Config } from '#runtime/process/config.ts'
import type { Finding } from './finding.ts'
import { describeOtherSecret } from './other-secret.ts'
import { recordedTopology } from './shop-record.ts'

const ABOUT = 'secret'

/** Checks whether a start will find the shop's secret. PANDO_SECRET itself was checked with the settings. */
export async function checkSecret({ secret, dataDirectory }: Config): Promise<Finding> {
  try {
    if (secret !== undefined) {
      const difference = await describeOtherSecret(secret, dataDirectory)
      if (difference === undefined) return { state: 'ok', about: ABOUT, text: 'PANDO_SECRET' }
      return { state: 'note', about: ABOUT, ...difference }
    }
    if ((await readSecret(dataDirectory)) !== undefined)
      return { state: 'ok', about: ABOUT, text: 'in the data folder' }
    if ((await recordedTopology(dataDirectory)) === undefined)
      return { state: 'ok', about: ABOUT, text: 'made by the first start' }
    return {
      state: 'wrong',
      about: ABOUT,
      text: `the shop has run with this data folder, but its secret is missing: the next start makes a new one, and ${NEW_SECRET_EFFECTS}`,
      remedy: `restore ${dataDirectory}/secret from a backup, or set PANDO_SECRET to its content`,
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const remedy =
      code === undefined ? undefined : `let this user read ${dataDirectory}/secret, or set PANDO_SECRET`
    return { state: 'wrong', about: ABOUT, text: message, ...(remedy === undefined ? {} : { remedy }) }
  }
}

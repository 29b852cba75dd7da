import { NEW_SECRET_EFFECTS, readSecret } from '#runtime/base/secret.ts'
import type { Config } from '#runtime/process/config.ts'
import type { Finding } from './finding.ts'
import { recordedTopology } from './shop-record.ts'

const ABOUT = 'secret'

/** Looks whether a start finds the secret that the shop had. Where PANDO_SECRET is set, that was looked at already. */
export async function checkSecret({ secret, dataDirectory }: Config): Promise<Finding> {
  if (secret !== undefined) return { state: 'ok', about: ABOUT, text: 'PANDO_SECRET' }
  try {
    if ((await readSecret(dataDirectory)) !== undefined)
      return { state: 'ok', about: ABOUT, text: 'in the data folder' }
    if ((await recordedTopology(dataDirectory)) === undefined)
      return { state: 'ok', about: ABOUT, text: 'made by the first start' }
    return {
      state: 'wrong',
      about: ABOUT,
      text: `the shop has run with this data folder, and its secret is gone: the next start makes another, and ${NEW_SECRET_EFFECTS}`,
      remedy: `bring ${dataDirectory}/secret back from a backup, or set PANDO_SECRET to what was in it`,
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const remedy =
      code === undefined ? 'as it says' : `let this user read ${dataDirectory}/secret, or set PANDO_SECRET`
    return { state: 'wrong', about: ABOUT, text: message, remedy }
  }
}

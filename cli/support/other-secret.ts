import { NEW_SECRET_EFFECTS, readSecret } from '#runtime/base/secret.ts'

/** Describes that PANDO_SECRET is not the secret in the data folder; undefined when it is, or the folder has none. */
export async function describeOtherSecret(
  secret: string,
  dataDirectory: string,
): Promise<{ text: string; remedy: string } | undefined> {
  const kept = await readSecret(dataDirectory).catch(() => undefined)
  if (kept === undefined || kept === secret) return undefined
  return {
    text: `PANDO_SECRET is not the secret in ${dataDirectory}/secret, with which the shop has run: with PANDO_SECRET, ${NEW_SECRET_EFFECTS}`,
    remedy: 'unset PANDO_SECRET to keep the earlier secret; if PANDO_SECRET is right, remove that file',
  }
}

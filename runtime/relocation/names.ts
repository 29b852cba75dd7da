/** The direction of a cutover: `forth` from the source to the target, `back` from the target to the source. */
export type Direction = 'forth' | 'back'

/** The name of the trigger that refuses writes to the tables of a module that moves or has moved. */
export const FENCE_TRIGGER = 'pando_fence'

/** The common name of the publication and the slot of the sender and the subscription of the receiver. */
export function streamName(relocationId: string, direction: Direction): string {
  const name = `pando_${relocationId}_${direction === 'forth' ? 'forward' : 'back'}`
  if (!/^[a-z0-9_]{1,63}$/.test(name)) {
    throw new Error(
      `Cannot name the replication of "${relocationId}": use an id of at most 40 characters a-z, 0-9 and _`,
    )
  }
  return name
}

/** Quotes an identifier for SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Quotes a string for SQL. Works with any value of `standard_conforming_strings`. */
export function quoteText(text: string): string {
  const doubled = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

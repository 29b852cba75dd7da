/**
 * The direction of a cutover: `forward` from the source to the target, `backward` from the target to the source, in a
 * rollback.
 */
export type Direction = 'forward' | 'backward'

/**
 * The name of the triggers with which the fence of a module refuses writes to its tables: until the fence is lifted or
 * expires, or permanently once it is sealed.
 */
export const FENCE_TRIGGER = 'pando_fence'

/** The common name of the sender's publication and slot and the receiver's subscription. */
export function streamName(relocationId: string, direction: Direction): string {
  const name = `pando_${relocationId}_${SUFFIXES[direction]}`
  if (!/^[a-z0-9_]{1,63}$/.test(name)) {
    throw new Error(
      `Cannot name the replication of "${relocationId}": use an id of at most 40 characters a-z, 0-9 and _`,
    )
  }
  return name
}

/** Existing streams have these names, so they must not change. */
const SUFFIXES: Record<Direction, string> = { forward: 'forward', backward: 'back' }

/** Quotes an identifier for SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Quotes a string for SQL. Works with any value of `standard_conforming_strings`. */
export function quoteText(text: string): string {
  const doubled = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

/** Which way a cutover goes: `forth` from the source to the target, `back` again. */
export type Direction = 'forth' | 'back'

/** The trigger that refuses writes where a module has moved away. */
export const FENCE_TRIGGER = 'pando_fence'

/** The publication at the side that gives, the slot there, and the subscription at the side that takes share a name. */
export function streamName(relocationId: string, direction: Direction): string {
  const name = `pando_${relocationId}_${direction === 'forth' ? 'forward' : 'back'}`
  if (!/^[a-z0-9_]{1,63}$/.test(name)) {
    throw new Error(
      `Cannot name the replication of "${relocationId}": take an id of at most 40 characters a-z, 0-9 and _`,
    )
  }
  return name
}

/** An identifier as SQL text has it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL text has it, whatever `standard_conforming_strings` is. */
export function quoteText(text: string): string {
  const doubled = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

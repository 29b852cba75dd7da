/**
 * Creates a generator of pseudo-random numbers in [0, 1) (mulberry32). The same seed gives the same numbers. A
 * text is hashed to a number with FNV-1a.
 */
export function seededRandom(seed: string | number): () => number {
  let state = typeof seed === 'number' ? seed : hash(seed)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

function hash(text: string): number {
  let result = 0x811c9dc5
  for (let at = 0; at < text.length; at++) result = Math.imul(result ^ text.charCodeAt(at), 0x01000193)
  return result
}

/** A random item of a list that is not empty. */
export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!
}

/** A word of a query, and words of the catalogue that look like it. */
export interface Lookup {
  typed: string
  /** The typed word without accents, as the candidates are. */
  plain: string
  /** Whether some product has the typed word. */
  known: boolean
  candidates: string[]
  /** Words of the catalogue that end with the typed word, as `armchair` does with `chair`. */
  compounds: string[]
}

/**
 * What was probably meant where nothing was found, each word with its alternatives: one that no product has becomes the
 * words that end with it, else the candidate that differs least; one without any is left out. Undefined when nothing is
 * left or nothing would change.
 */
export function correctWords(lookups: readonly Lookup[]): string[][] | undefined {
  const words = lookups.map(meantBy)
  const corrected = words.filter((alternatives) => alternatives.length > 0)
  const changes = words.some((alternatives, index) => alternatives[0] !== lookups[index]!.typed)
  return changes && corrected.length > 0 ? corrected : undefined
}

function meantBy(lookup: Lookup): string[] {
  if (lookup.known) return [lookup.typed]
  if (lookup.compounds.length > 0) return lookup.compounds
  const word = nearest(lookup)
  return word === undefined ? [] : [word]
}

/** The words that one swap of neighbouring letters makes of a word: the one typing mistake that trigrams hardly see. */
export function neighbourSwaps(word: string): string[] {
  const letters = [...word]
  const swaps = letters.slice(1).map((letter, index) => {
    const swapped = [...letters]
    swapped[index + 1] = letters[index]!
    swapped[index] = letter
    return swapped.join('')
  })
  return [...new Set(swaps)].filter((swap) => swap !== word)
}

function nearest({ plain, candidates }: Lookup): string | undefined {
  const allowed = allowedEdits([...plain].length)
  let best: { word: string; edits: number } | undefined
  for (const word of candidates) {
    const edits = editsBetween(plain, word)
    if (edits <= allowed && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { word, edits }
  }
  return best?.word
}

/** A short word with two letters changed is another word. */
function allowedEdits(length: number): number {
  if (length < 3) return 0
  if (length < 6) return 1
  return length < 10 ? 2 : 3
}

/** Insertions, deletions, replacements and swaps of neighbours that make one word of the other (optimal string alignment). */
export function editsBetween(one: string, other: string): number {
  const a = [...one]
  const b = [...other]
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const differs = a[row - 1] === b[column - 1] ? 0 : 1
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + differs)
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, beforeLast[column - 2]! + 1)
      }
      current.push(edits)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}

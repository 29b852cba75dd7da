/** A word of a query, and the words of the catalogue that may replace it. */
export interface WordLookup {
  typed: string
  /** The typed word without accents, like the candidates. */
  plain: string
  /** Whether a product has the typed word. */
  known: boolean
  /** Words of the catalogue with similar letters, the most similar first. */
  candidates: string[]
  /** Words of the catalogue that end with the typed word, as `armchair` does with `chair`. */
  compounds: string[]
}

/**
 * Corrects the words of a query without results. Each word of the result is a list of alternatives: a known word
 * itself; otherwise the compounds that end with it, or else the most similar candidate. Words without a correction are
 * left out. Returns undefined if no word is left or nothing changes.
 */
export function correctWords(lookups: readonly WordLookup[]): string[][] | undefined {
  const corrections = lookups.map(correctionsOf)
  const corrected = corrections.filter((alternatives) => alternatives.length > 0)
  const hasChanged = corrections.some((alternatives, index) => alternatives[0] !== lookups[index]!.typed)
  return hasChanged && corrected.length > 0 ? corrected : undefined
}

function correctionsOf(lookup: WordLookup): string[] {
  if (lookup.known) return [lookup.typed]
  if (lookup.compounds.length > 0) return lookup.compounds
  const word = nearest(lookup)
  return word === undefined ? [] : [word]
}

/** All words that differ by one swap of adjacent letters, a typing mistake that trigrams hardly recognise. */
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

function nearest({ plain, candidates }: WordLookup): string | undefined {
  const maxEdits = maxEditsOf([...plain].length)
  let best: { word: string; edits: number } | undefined
  for (const word of candidates) {
    const edits = editsBetween(plain, word)
    if (edits <= maxEdits && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { word, edits }
  }
  return best?.word
}

/** The most edits of a correction, by the word's length: two edits of a short word make a different word. */
function maxEditsOf(length: number): number {
  if (length < 3) return 0
  if (length < 6) return 1
  return length < 10 ? 2 : 3
}

/** The edit distance of two words, including swaps of adjacent letters (optimal string alignment). */
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

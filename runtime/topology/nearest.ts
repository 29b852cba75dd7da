/** ` Did you mean "…"?` with the candidate most similar to a name; an empty string when none is similar. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter((each) => each.distance <= Math.max(1, Math.floor(each.candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return near[0] ? ` Did you mean "${near[0].candidate}"?` : ''
}

/**
 * The first candidate of which a name is a likely typo; undefined when it is a candidate itself, or similar to none.
 */
export function correctTypo(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.includes(name)) return undefined
  return candidates.find((candidate) => distance(name, candidate) <= TYPO_DISTANCE)
}

/** The largest distance that counts as a typo. */
const TYPO_DISTANCE = 2

/** Damerau-Levenshtein distance: how many letters to insert, remove, replace or swap with their neighbour. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(replaced, swapped, rows[i - 1]![j]! + 1, row[j - 1]! + 1))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

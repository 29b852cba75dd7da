import { box } from './motif.ts'

const PATTERNS = new Map([
  ['striped', (ink: string) => pattern(44, 44, box(0, 0, 44, 16, ink))],
  ['checked', (ink: string) => pattern(64, 64, box(0, 0, 26, 64, ink) + box(0, 0, 64, 26, ink))],
  [
    'dotted',
    (ink: string) =>
      pattern(
        48,
        48,
        `<circle cx="14" cy="14" r="7" fill="${ink}"/><circle cx="38" cy="38" r="7" fill="${ink}"/>`,
      ),
  ],
  [
    'knitted',
    (ink: string) =>
      pattern(22, 18, `<path d="M1 2l10 10L21 2" fill="none" stroke="${ink}" stroke-width="4"/>`),
  ],
])

/** The pattern that a text names for cloth, in the colour `ink`; undefined for plain cloth. */
export function patternIn(words: readonly string[], ink: string): string | undefined {
  const name = words.find((word) => PATTERNS.has(word))
  return name === undefined ? undefined : PATTERNS.get(name)!(ink)
}

function pattern(width: number, height: number, tile: string): string {
  return `<pattern id="p" width="${width}" height="${height}" patternUnits="userSpaceOnUse"><g opacity=".42">${tile}</g></pattern>`
}

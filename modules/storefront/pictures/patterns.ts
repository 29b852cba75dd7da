import { lightness } from './colours.ts'
import { box } from './motif.ts'
import { pick } from './random.ts'

const PATTERN_OF_WORD: Record<string, keyof typeof PATTERNS> = {
  striped: 'stripes',
  stripe: 'stripes',
  chequered: 'checks',
  checked: 'checks',
  plaid: 'checks',
  tartan: 'checks',
  flannel: 'checks',
  gingham: 'checks',
  dotted: 'dots',
  polka: 'dots',
  floral: 'leaves',
  botanical: 'leaves',
  knitted: 'knit',
  knit: 'knit',
  wool: 'knit',
  woven: 'knit',
}

const PATTERNS = {
  stripes: (ink: string) => pattern(44, 44, box(0, 0, 44, 16, ink)),
  checks: (ink: string) => pattern(64, 64, box(0, 0, 26, 64, ink) + box(0, 0, 64, 26, ink)),
  dots: (ink: string) =>
    pattern(
      48,
      48,
      `<circle cx="14" cy="14" r="7" fill="${ink}"/><circle cx="38" cy="38" r="7" fill="${ink}"/>`,
    ),
  leaves: (ink: string) =>
    pattern(
      90,
      90,
      `<path d="M24 8c12 8 16 16 16 24 0 9-7 14-16 14S8 41 8 32c0-8 4-16 16-24zM66 50c12 8 16 16 16 24 0 9-7 14-16 14s-16-5-16-14c0-8 4-16 16-24z" fill="${ink}"/>`,
    ),
  knit: (ink: string) =>
    pattern(22, 18, `<path d="M1 2l10 10L21 2" fill="none" stroke="${ink}" stroke-width="4"/>`),
}

/**
 * The pattern of the cloth in a picture: the one that the title names, otherwise sometimes a random one, or undefined.
 */
export function patternFor(
  words: readonly string[],
  main: string,
  second: string,
  random: () => number,
): string | undefined {
  const named = words.find((word) => Object.hasOwn(PATTERN_OF_WORD, word))
  const chance = random()
  if (named !== undefined) return PATTERNS[PATTERN_OF_WORD[named]!](second)
  if (chance > 0.3) return undefined
  const quietInk = lightness(main) > 0.55 ? '#5b4a38' : '#fffaf0'
  return pick(random, [PATTERNS.stripes, PATTERNS.knit, PATTERNS.dots])(quietInk)
}

function pattern(width: number, height: number, tile: string): string {
  return `<pattern id="p" width="${width}" height="${height}" patternUnits="userSpaceOnUse"><g opacity=".42">${tile}</g></pattern>`
}

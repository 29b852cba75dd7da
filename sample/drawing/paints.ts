import { pick } from '#shared/random.ts'
import { darker, lighter, type Surroundings } from './colours.ts'
import type { Paints } from './motif.ts'

const BRASS = '#d3a447'
const STEEL = '#a9b1b4'
const WOODS = ['#b98f5e', '#a67c50', '#c9a878', '#8a6242']
const LEAVES = ['#7f9a5f', '#5f8a68', '#93a05a']

/** The paints of a picture. */
export function paintsFor(
  { main, second, pattern }: { main: string; second: string; pattern: string | undefined },
  random: () => number,
): Paints {
  const wood = pick(random, WOODS)
  const leaf = pick(random, LEAVES)
  return {
    lit: { main: 'url(#m)', second: 'url(#n)', metal: 'url(#k)', steel: 'url(#i)', wood: 'url(#h)' },
    main,
    mainDark: darker(main, 0.26),
    mainLight: lighter(main, 0.26),
    second,
    secondDark: darker(second, 0.26),
    metal: BRASS,
    metalDark: darker(BRASS, 0.32),
    steelDark: darker(STEEL, 0.32),
    wood,
    woodDark: darker(wood, 0.28),
    pattern,
    gold: '#dfa62f',
    leaf,
    leafDark: darker(leaf, 0.3),
    paper: '#f8f2e4',
  }
}

/**
 * The SVG definitions of the gradients, the shadow and the filter that a drawing uses. Drawings refer to them by ids of one
 * letter, which keep the pictures small. The paints: `m` main, `n` second, `k` metal, `i` steel, `h` wood. The rest: `w`
 * wall, `t` table, `s` shadow on the table, `f` shadow of a hanging object. `p` is the pattern of `patternIn()`.
 */
export function definitionsFor(drawing: string, paints: Paints, { wall, floor }: Surroundings): string {
  const definitions: Record<string, string> = {
    m: lit('m', paints.main),
    n: lit('n', paints.second),
    k: lit('k', paints.metal),
    i: lit('i', STEEL),
    h: lit('h', paints.wood),
    w: gradient('w', 'x2="1" y2="1"', [lighter(wall, 0.22), wall, darker(wall, 0.09)]),
    t: gradient('t', 'x2="0" y2="1"', [lighter(floor, 0.12), floor, darker(floor, 0.1)]),
    s: '<radialGradient id="s"><stop stop-color="#1a1410" stop-opacity=".42"/><stop offset=".55" stop-color="#1a1410" stop-opacity=".16"/><stop offset="1" stop-color="#1a1410" stop-opacity="0"/></radialGradient>',
    f: '<filter id="f" x="-10%" y="-10%" width="125%" height="125%"><feDropShadow dx="12" dy="18" stdDeviation="13" flood-color="#1a1410" flood-opacity=".28"/></filter>',
  }
  let used = ''
  for (const id in definitions) if (drawing.includes(`url(#${id})`)) used += definitions[id]
  return used
}

function lit(id: string, colour: string): string {
  return gradient(id, 'x2="1" y2=".25"', [lighter(colour, 0.2), colour, darker(colour, 0.24)])
}

function gradient(id: string, direction: string, colours: readonly [string, string, string]): string {
  const [from, through, to] = colours
  return `<linearGradient id="${id}" ${direction}><stop stop-color="${from}"/><stop offset=".45" stop-color="${through}"/><stop offset="1" stop-color="${to}"/></linearGradient>`
}

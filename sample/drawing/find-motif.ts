import type { Motif } from './motif.ts'
import { clothes } from './motifs/clothes.ts'
import { furniture } from './motifs/furniture.ts'
import { household } from './motifs/household.ts'
import { kitchen } from './motifs/kitchen.ts'
import { outdoors } from './motifs/outdoors.ts'
import { playroom } from './motifs/playroom.ts'
import { vessels } from './motifs/vessels.ts'
import { workbench } from './motifs/workbench.ts'

/** The drawings by noun. */
export const motifs: ReadonlyMap<string, Motif> = new Map(
  Object.entries({
    ...vessels,
    ...clothes,
    ...furniture,
    ...household,
    ...outdoors,
    ...workbench,
    ...kitchen,
    ...playroom,
  }),
)

/** Nouns with the drawing of another noun. */
const SYNONYMS = new Map([
  ['bedspread', 'blanket'],
  ['cushion', 'pillow'],
  ['guide', 'book'],
  ['lampshade', 'lamp'],
  ['mat', 'rug'],
  ['napkin', 'blanket'],
  ['planner', 'notebook'],
  ['satchel', 'bag'],
  ['sketchbook', 'notebook'],
  ['tablecloth', 'blanket'],
  ['timer', 'clock'],
  ['towel', 'scarf'],
  ['trug', 'basket'],
])

/** The drawing of the first noun that has one, in singular or plural. */
export function findMotif(words: readonly string[]): Motif | undefined {
  for (const word of words.flatMap((each) => [each, each.replace(/s$/, '')])) {
    const motif = motifs.get(SYNONYMS.get(word) ?? word)
    if (motif) return motif
  }
  return undefined
}

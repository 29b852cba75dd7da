import { seededRandom } from '#shared/random.ts'
import { hangingBackdrop, standingBackdrop } from './backdrops.ts'
import { chooseColours, colourIn } from './colours.ts'
import { findMotif } from './find-motif.ts'
import { definitionsFor, paintsFor } from './paints.ts'
import { patternIn } from './patterns.ts'

/**
 * Draws what an alternative text says, such as `Two striped towels over a rail, in sage`: a still life in the shop's
 * colours, as an SVG document of 800 by 800 without text. The first noun that has a drawing is the object, the word
 * after `, in` at the end is its colour, and a word such as `striped` is its pattern. The seed determines the rest.
 * Throws when nothing in the text can be drawn, or its colour is unknown.
 */
export function drawPicture(text: string, seed: string): string {
  const random = seededRandom(seed)
  const words = text.toLowerCase().match(/[a-z]+/g) ?? []
  const motif = findMotif(words)
  if (!motif) throw new Error(`Cannot draw "${text}": it has no noun of find-motif.ts; use or add one`)
  const { main, second, surroundings } = chooseColours(random, colourIn(text))
  const pattern = patternIn(words, second)
  const paints = paintsFor({ main, second, pattern: pattern && 'url(#p)' }, random)
  const drawing =
    motif.setting === 'hanging'
      ? `${hangingBackdrop(surroundings, random)}<g filter="url(#f)">${motif.draw(paints)}</g>`
      : `${standingBackdrop(surroundings, random)}<g transform="${ENLARGE}">${motif.draw(paints)}</g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800"><defs>${definitionsFor(drawing, paints, surroundings)}${pattern ?? ''}</defs>${drawing}</svg>\n`
}

// Motifs leave room for the light of a lamp. Enlarged, standing objects fill the square better
const ENLARGE = 'matrix(1.15 0 0 1.15 -60 -93)'

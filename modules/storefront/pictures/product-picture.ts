import { hangingBackdrop, standingBackdrop } from './backdrops.ts'
import { chooseColours, colourNamed } from './colours.ts'
import { fallbackMotif, motifNamed, motifOfWords, wordsOf } from './motif-of-words.ts'
import { definitionsFor, paintsFor } from './paints.ts'
import { patternFor } from './patterns.ts'
import { seededRandom } from './random.ts'

/**
 * Draws a picture for a product that has none: a still life in the shop's colours, as an SVG document of 800 by
 * 800. The words of the title and of the kind choose the thing and, where they name one, its colour; the seed
 * chooses the rest, so that the same product always looks the same. No text of the caller's gets into it.
 */
export function productPicture(seed: string, title: string, kind = ''): string {
  const random = seededRandom(seed)
  const titleWords = wordsOf(title)
  const name = motifOfWords(titleWords, wordsOf(kind)) ?? fallbackMotif(random)
  const motif = motifNamed(name)
  const { main, second, surroundings } = chooseColours(random, colourNamed(titleWords))
  const pattern = patternFor(titleWords, main, second, random)
  const paints = paintsFor({ main, second, words: titleWords, pattern: pattern && 'url(#p)' }, random)
  const drawing =
    motif.setting === 'hanging'
      ? `${hangingBackdrop(surroundings, random)}<g filter="url(#f)">${motif.draw(paints, random)}</g>`
      : `${standingBackdrop(surroundings, random)}<g transform="${CLOSER}">${motif.draw(paints, random)}</g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800"><defs>${definitionsFor(drawing, paints, surroundings)}${pattern ?? ''}</defs>${drawing}</svg>`
}

// standing things are drawn small enough for a lamp with its light; nearer they fill the square better
const CLOSER = 'matrix(1.15 0 0 1.15 -60 -93)'

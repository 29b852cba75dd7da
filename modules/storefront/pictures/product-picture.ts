import { hangingBackdrop, standingBackdrop } from './backdrops.ts'
import { chooseColours, colourNamed } from './colours.ts'
import { fallbackMotif, findMotif, motifNamed, wordsOf } from './find-motif.ts'
import { definitionsFor, paintsFor } from './paints.ts'
import { patternFor } from './patterns.ts'
import { seededRandom } from './random.ts'

/**
 * Draws a picture for a product without one: a still life in the shop's colours, as an SVG document of 800 by 800. The
 * words of the title and the type determine the object. Its colour comes from a colour option, the title or another
 * option, so that it matches the variant that the product's page shows first. The seed determines the rest, so that a
 * product always looks the same. The picture contains no text of the caller.
 */
export function productPicture(
  seed: string,
  title: string,
  type = '',
  firstOptions: readonly { name: string; value: string }[] = [],
): string {
  const random = seededRandom(seed)
  const titleWords = wordsOf(title)
  const name = findMotif(titleWords, wordsOf(type)) ?? fallbackMotif(random)
  const motif = motifNamed(name)
  const { main, second, surroundings } = chooseColours(random, colourOf(titleWords, firstOptions))
  const pattern = patternFor(titleWords, main, second, random)
  const paints = paintsFor({ main, second, words: titleWords, pattern: pattern && 'url(#p)' }, random)
  const drawing =
    motif.setting === 'hanging'
      ? `${hangingBackdrop(surroundings, random)}<g filter="url(#f)">${motif.draw(paints, random)}</g>`
      : `${standingBackdrop(surroundings, random)}<g transform="${ENLARGE}">${motif.draw(paints, random)}</g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800"><defs>${definitionsFor(drawing, paints, surroundings)}${pattern ?? ''}</defs>${drawing}</svg>`
}

// Motifs leave room for the light of a lamp. Enlarged, standing objects fill the square better
const ENLARGE = 'matrix(1.15 0 0 1.15 -60 -93)'

function colourOf(
  titleWords: readonly string[],
  firstOptions: readonly { name: string; value: string }[],
): string | undefined {
  const colours = firstOptions.filter(({ name }) => /colou?r/i.test(name))
  return (
    colourNamed(colours.flatMap(({ value }) => wordsOf(value))) ??
    colourNamed(titleWords) ??
    colourNamed(firstOptions.flatMap(({ value }) => wordsOf(value)))
  )
}

import { hangingBackdrop, standingBackdrop } from './backdrops.ts'
import { chooseColours, colourNamed } from './colours.ts'
import { fallbackMotif, motifNamed, motifOfWords, wordsOf } from './motif-of-words.ts'
import { definitionsFor, paintsFor } from './paints.ts'
import { patternFor } from './patterns.ts'
import { seededRandom } from './random.ts'

/**
 * Draws a picture for a product that has none: a still life in the shop's colours, as an SVG document of 800 by
 * 800. The words of the title and of the kind choose the thing; an option called a colour, the title or another
 * option its colour, where one names one, so that it is in the colour that its page shows first. The seed chooses
 * the rest, so that the same product always looks the same. No text of the caller's gets into it.
 */
export function productPicture(
  seed: string,
  title: string,
  kind = '',
  firstOptions: readonly { name: string; value: string }[] = [],
): string {
  const random = seededRandom(seed)
  const titleWords = wordsOf(title)
  const name = motifOfWords(titleWords, wordsOf(kind)) ?? fallbackMotif(random)
  const motif = motifNamed(name)
  const { main, second, surroundings } = chooseColours(random, colourOf(titleWords, firstOptions))
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

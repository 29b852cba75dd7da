import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawPicture } from './draw-picture.ts'
import { findMotif, motifs } from './find-motif.ts'

describe('drawPicture()', () => {
  it('draws the same picture for the same text and seed, and another one for another seed', () => {
    expect(drawPicture('A pot', 'clay-pot')).toBe(drawPicture('A pot', 'clay-pot'))
    expect(drawPicture('A pot', 'clay-pot')).not.toBe(drawPicture('A pot', 'tin-pot'))
  })

  it('draws a well-formed, square picture of less than 5 KB of every object in every pattern', () => {
    for (const noun of motifs.keys()) {
      for (const pattern of ['plain', 'striped', 'checked', 'dotted', 'knitted']) {
        const text = `A ${pattern} ${noun}`
        const picture = drawPicture(text, text)
        expect(problemsOf(picture), text).toEqual([])
        expect(picture).toContain('viewBox="0 0 800 800"')
        expect(picture.length).toBeLessThan(5000)
      }
    }
  })

  it('draws a well-formed picture for any seed and any text with a noun, and copies neither into the picture', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<script>alert(1)</script>', '"/>', ']]>', '&'),
    )
    fc.assert(
      fc.property(text, text, (seed, rest) => {
        const picture = drawPicture(`A mug ${rest}.`, seed)
        return problemsOf(picture).length === 0 && !/<(?:script|text|style|image)/.test(picture)
      }),
    )
  })

  it('is checked by problemsOf(), which finds broken pictures', () => {
    const good = drawPicture('A mug', 'mug')
    expect(problemsOf(good.replace('</defs>', ''))).not.toEqual([])
    expect(problemsOf(good.replace('id="w"', 'id="x"'))).toEqual(['refers to w, which is not defined'])
    expect(problemsOf(good.replace('x="0"', 'x="NaN"'))).not.toEqual([])
    expect(problemsOf(good.replace('width="800"', 'width=800'))).not.toEqual([])
  })

  it('draws the object in the colour that the text names at its end', () => {
    expect(drawPicture('A jacket on a hanger, in yellow', 'jacket')).toContain('#e1b33c')
    expect(drawPicture('A guide with a golden leaf, in pine', 'guide')).toContain('#2f5645')
  })

  it('draws a pattern only if the text names it', () => {
    expect(drawPicture('A checked tee', 'tee')).toContain('<pattern')
    expect(drawPicture('A plain tee', 'tee')).not.toContain('<pattern')
  })

  it('refuses a text without a known object, and an unknown colour', () => {
    expect(() => drawPicture('Zorblax constructor, in white', 'z')).toThrow('has no noun of find-motif.ts')
    expect(() => drawPicture('A tee, in constructor', 'tee')).toThrow('the colour "constructor" is unknown')
  })
})

describe('findMotif()', () => {
  it.each([
    ['the first noun', 'A jar with a lid, next to a mug', 'jar'],
    ['a plural', 'A stack of plates', 'plate'],
    ['a noun that ends with an s', 'A pair of trousers', 'trousers'],
    ['a synonym in the plural', 'Two towels over a rail', 'scarf'],
  ])('finds %s', (_what, text, noun) => {
    expect(findMotif(text.split(/\W+/))).toBe(motifs.get(noun))
  })

  it('has no drawing that the sample does not show', () => {
    const file = new URL('../catalogue.csv', import.meta.url)
    const rows = parse<Record<string, string>>(readFileSync(file), { columns: true })
    const shown = rows.map((row) => findMotif(row['Image Alt Text']!.split(/\W+/)))
    const unused = [...motifs].filter(([, motif]) => !shown.includes(motif))
    expect(unused.map(([noun]) => noun)).toEqual([])
  })
})

/** Finds problems in an SVG document: unmatched tags, unquoted attributes, invalid numbers and broken references. */
function problemsOf(picture: string): string[] {
  const problems: string[] = []
  const open: string[] = []
  const rest = picture
    .trimEnd()
    .replace(
      /<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9-]+="[^"<>&]*")*)(\/?)>/g,
      (_tag, close, name, _attributes, empty) => {
        if (close && open.pop() !== name) problems.push(`closes ${name}, which is not open`)
        if (!close && !empty) open.push(name)
        return ''
      },
    )
  if (rest !== '') problems.push(`has text or a broken tag: ${rest.slice(0, 60)}`)
  if (open.length > 0) problems.push(`leaves ${open.join(', ')} open`)
  if (/NaN|undefined|null|Infinity|\[object/.test(picture)) problems.push('has an invalid value')
  for (const [, id] of picture.matchAll(/url\(#(\w+)\)/g)) {
    if (!picture.includes(`id="${id}"`)) problems.push(`refers to ${id}, which is not defined`)
  }
  return [...new Set(problems)]
}

import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findMotif, motifNamed, motifs, wordsOf } from './find-motif.ts'
import { productPicture } from './product-picture.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('<script>alert(1)</script>', '"/>', ']]>', '&'),
)

describe('productPicture', () => {
  it('draws the same picture for the same product, and different ones for different products', () => {
    expect(productPicture('prd_1', 'Clay Plant Pot', 'Outdoor')).toBe(
      productPicture('prd_1', 'Clay Plant Pot', 'Outdoor'),
    )
    expect(productPicture('prd_1', 'Clay Plant Pot')).not.toBe(productPicture('prd_2', 'Clay Plant Pot'))
  })

  it('draws a well-formed, square picture of 1 to 5 KB for every motif and many seeds', () => {
    for (const name of Object.keys(motifs)) {
      for (let seed = 0; seed < 12; seed++) {
        const picture = productPicture(`${name}${seed}`, `${name} striped`)
        expect(problemsOf(picture), `${name}, seed ${seed}`).toEqual([])
        expect(picture).toContain('viewBox="0 0 800 800"')
        expect(picture.length).toBeGreaterThan(1000)
        expect(picture.length).toBeLessThan(5000)
      }
    }
  })

  it('draws a well-formed picture for any seed, title and type, without text from them', () => {
    fc.assert(
      fc.property(text, text, text, (seed, title, kind) => {
        const picture = productPicture(seed, title, kind)
        return problemsOf(picture).length === 0 && !/<(?:script|text|style|image)/.test(picture)
      }),
    )
  })

  it('is checked by problemsOf(), which finds broken pictures', () => {
    const good = productPicture('prd_1', 'Cup')
    expect(problemsOf(good.replace('</defs>', ''))).not.toEqual([])
    expect(problemsOf(good.replace('id="w"', 'id="x"'))).toEqual(['refers to w, which is not defined'])
    expect(problemsOf(good.replace('x="0"', 'x="NaN"'))).not.toEqual([])
    expect(problemsOf(good.replace('width="800"', 'width=800'))).not.toEqual([])
  })

  it('draws the object in the colour that the title names', () => {
    expect(productPicture('prd_1', 'Yellow Sofa')).toContain('#e1b33c')
    expect(productPicture('prd_1', 'Pink Armchair')).toContain('#dc9aa0')
  })
})

describe('the colour of a picture', () => {
  it.each([
    ['the colour option', 'Lambswool jumper', { Color: 'Oat', Size: 'S' }, '#dfd0b4'],
    ['the colour option before a material in the title', 'Washed linen shirt', { Colour: 'Navy' }, '#2c3d5e'],
    ['the title before another option', 'Yellow Sofa', { Legs: 'Oak' }, '#e1b33c'],
    ['another option if nothing else names a colour', 'Apron', { Finish: 'Natural' }, '#d8c4a0'],
  ])('comes from %s', (_source, title, options, colour) => {
    const firstOptions = Object.entries(options).map(([name, value]) => ({ name, value }))
    expect(productPicture('prd_1', title, '', firstOptions)).toContain(colour)
  })
})

describe('the drawings of the sample catalogue', () => {
  const file = new URL('../../catalog/sample/catalogue.csv', import.meta.url)
  const rows = parse<Record<string, string>>(readFileSync(file), { columns: true })
  const products = rows.filter(({ Title }) => Title !== '')

  it('show the object that their alternative texts name first', () => {
    const wrong = products.flatMap(({ Title, Type, 'Image Alt Text': alt }) => {
      const drawn = findMotif(wordsOf(Title!), wordsOf(Type!))
      // The rest of the text describes parts and surroundings
      const [object] = alt!.split(/,| (?:with|in|on|over|and|behind|next to|from) /)
      const words = wordsOf(object!)
      const named = words.map((_, at) => findMotif(words.slice(0, at + 1), []))
      return named.includes(drawn) ? [] : [`${Title}: a ${drawn} is "${alt}"`]
    })
    expect(products.length).toBeGreaterThan(70)
    expect(wrong).toEqual([])
  })
})

describe('findMotif', () => {
  it.each([
    ['Clay Plant Pot', 'Outdoor', 'pot'],
    ['Beech cutting board', 'Kitchen', 'board'],
    ['Walnut serving tray', 'Table', 'tray'],
    ['Oak desk box', 'Desk & Paper', 'deskBox'],
    ['Forged camp hatchet', 'Outdoor', 'hatchet'],
    ['Ash-handled hand fork', 'Garden', 'fork'],
    ['Knitted rabbit', 'Children', 'rabbit'],
    ['Everyday steel cutlery', 'Table', 'cutlery'],
    ['Six cedar pencils', 'Desk & Paper', 'pencil'],
    ['Brass pen', 'Desk & Paper', 'pen'],
    ['Letterpress card', 'Desk & Paper', 'card'],
    ['Oak wall shelf', 'Living', 'shelf'],
    ['Woven hammock', 'Outdoor', 'hammock'],
    ['Bypass secateurs', 'Garden', 'secateurs'],
    ['Copper Light', 'Indoor', 'pendantLamp'],
    ['Yellow watering can', 'Outdoor', 'wateringCan'],
    ['Knitted Throw Pillows', 'Indoor', 'pillow'],
    ['Dark Denim Top', '', 'shirt'],
    ['LED High Tops', '', 'shoe'],
    ['7 Shakra Bracelet', 'Bracelet', 'bracelet'],
    ['Dreamcatcher', 'Necklace', 'necklace'],
    ['Two dresses', '', 'dress'],
    ['Crêpe skillet', '', 'skillet'],
  ])('finds for %s (%s) the motif %s', (title, kind, motif) => {
    expect(findMotif(wordsOf(title), wordsOf(kind))).toBe(motif)
  })

  it('returns undefined for unknown words', () => {
    expect(findMotif(wordsOf('Zorblax 3000'), [])).toBeUndefined()
    expect(findMotif(wordsOf('constructor __proto__'), ['toString'])).toBeUndefined()
  })

  it('has a drawing for each of at least 40 motifs', () => {
    const names = Object.keys(motifs) as (keyof typeof motifs)[]
    expect(names.length).toBeGreaterThanOrEqual(40)
    for (const name of names) expect(['standing', 'hanging']).toContain(motifNamed(name).setting)
  })
})

/** Finds problems in an SVG document: unmatched tags, unquoted attributes, invalid numbers and broken references. */
function problemsOf(picture: string): string[] {
  const problems: string[] = []
  const open: string[] = []
  const rest = picture.replace(
    /<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9-]+="[^"<>&]*")*)(\/?)>/g,
    (_tag, close, name, _attributes, empty) => {
      if (close && open.pop() !== name) problems.push(`closes ${name}, which is not open`)
      if (!close && !empty) open.push(name)
      return ''
    },
  )
  if (rest !== '') problems.push(`has text or a broken tag: ${rest.slice(0, 60)}`)
  if (open.length > 0) problems.push(`leaves ${open.join(', ')} open`)
  if (/NaN|undefined|null|Infinity|\[object/.test(picture)) problems.push('has a value that is no value')
  for (const [, id] of picture.matchAll(/url\(#(\w+)\)/g)) {
    if (!picture.includes(`id="${id}"`)) problems.push(`refers to ${id}, which is not defined`)
  }
  return [...new Set(problems)]
}

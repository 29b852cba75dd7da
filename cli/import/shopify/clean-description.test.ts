import { describe, expect, test } from 'vitest'
import { cleanDescription, MAX_DESCRIPTION_LENGTH } from './clean-description.ts'

describe('cleanDescription()', () => {
  test('leaves markup unchanged, because the catalog sanitizes it', () => {
    const html = '<h1>Pot</h1><p onclick="x()">A <b>pot</b> & more</p>'
    expect(cleanDescription(` ${html}\n`)).toEqual({ html, willBeRemoved: [], isCut: false })
  })

  test('removes control characters', () => {
    expect(cleanDescription('a\0b\x1fc\td\ne').html).toBe('abc\td\ne')
  })

  test('reports the elements that the catalog will remove', () => {
    const html = '<script>alert(1)</script><IFRAME src="https://a.example"></iframe><video></video><iframe>'
    expect(cleanDescription(html).willBeRemoved).toEqual(['iframe', 'script', 'video'])
  })

  test.each([
    ['<img src="https://a.example/1.jpg?a=1&amp;b=2" alt="x">', []],
    ["<img alt='' src='//a.example/1.jpg'>", []],
    ['<IMG SRC=http://a.example/1.jpg>', []],
    ['<picture><source srcset="x"><img src="https://a.example/1.jpg"></picture>', []],
    ['<img src="data:image/png;base64,AA==">', ['img']],
    ['<img src=x onerror=alert(1)>', ['img']],
    ['<img data-src="https://a.example/1.jpg">', ['img']],
  ])('reports that the catalog will remove from %j the elements %j', (html, elements) => {
    expect(cleanDescription(html).willBeRemoved).toEqual(elements)
  })

  test('cuts a description of more than 100,000 characters', () => {
    const { html, isCut } = cleanDescription('a'.repeat(MAX_DESCRIPTION_LENGTH + 1))
    expect([html.length, isCut]).toEqual([MAX_DESCRIPTION_LENGTH, true])
  })
})

import { describe, expect, test } from 'vitest'
import { MAX_DESCRIPTION_LENGTH, takeDescription } from './take-description.ts'

describe('takeDescription()', () => {
  test('leaves markup to the catalog', () => {
    const html = '<h1>Pot</h1><p onclick="x()">A <b>pot</b> & more</p>'
    expect(takeDescription(` ${html}\n`)).toEqual({ html, lost: [], isCut: false })
  })

  test('takes control characters out, which no text of the shop has', () => {
    expect(takeDescription('a\0b\x1fc\td\ne').html).toBe('abc\td\ne')
  })

  test('says what a reader will miss', () => {
    const html = '<script>alert(1)</script><IFRAME src="https://a.example"></iframe><video></video><iframe>'
    expect(takeDescription(html).lost).toEqual(['iframe', 'script', 'video'])
  })

  test.each([
    ['<img src="https://a.example/1.jpg?a=1&amp;b=2" alt="x">', []],
    ["<img alt='' src='//a.example/1.jpg'>", []],
    ['<IMG SRC=http://a.example/1.jpg>', []],
    ['<picture><source srcset="x"><img src="https://a.example/1.jpg"></picture>', []],
    ['<img src="data:image/png;base64,AA==">', ['img']],
    ['<img src=x onerror=alert(1)>', ['img']],
    ['<img data-src="https://a.example/1.jpg">', ['img']],
  ])('of %j, a reader will miss %j', (html, lost) => {
    expect(takeDescription(html).lost).toEqual(lost)
  })

  test('cuts what is too long', () => {
    const { html, isCut } = takeDescription('a'.repeat(MAX_DESCRIPTION_LENGTH + 1))
    expect([html.length, isCut]).toEqual([MAX_DESCRIPTION_LENGTH, true])
  })
})

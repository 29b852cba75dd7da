import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanDescription, MAX_DESCRIPTION_LENGTH } from './clean-description.ts'

describe('cleanDescription()', () => {
  test('keeps text with simple markup', () => {
    const html =
      '<p>A <strong>pot</strong> for <em>herbs</em></p>\n<ul>\n<li>12" wide</li>\n<li>clay &amp; glaze</li>\n</ul>'
    expect(cleanDescription(html)).toEqual({ html, removed: [], isCut: false })
  })

  test('keeps plain text, with characters of markup written out', () => {
    expect(cleanDescription(' Fits a 5" pot & more < 3 kg ').html).toBe('Fits a 5" pot &amp; more &lt; 3 kg')
  })

  test('unites old tags, moves headings below those of the page, and drops attributes', () => {
    const html = '<h1 id="x">Care</h1><p style="color:red" onclick="x()"><b>Wash</b> <i>cold</i></p>'
    expect(cleanDescription(html).html).toBe('<h3>Care</h3><p><strong>Wash</strong> <em>cold</em></p>')
  })

  test('keeps links to the web and to mail, and no others', () => {
    const links = [
      'https://a.example',
      'mailto:a@a.example',
      'javascript:alert(1)',
      '//a.example',
      'data:text/html,x',
    ]
    const html = links.map((href) => `<a href="${href}" target="_blank">x</a>`).join('')
    expect(cleanDescription(html).html.match(/href="[^"]*"/g)).toEqual([
      'href="https://a.example"',
      'href="mailto:a@a.example"',
    ])
  })

  test('removes scripts with their text, pictures and frames, and tells what it removed', () => {
    const html =
      '<p>Seen</p><script>alert(1)</script><IMG src=x onerror=alert(1)><iframe src="https://a.example"></iframe>'
    expect(cleanDescription(html)).toEqual({
      html: '<p>Seen</p>',
      removed: ['iframe', 'img', 'script'],
      isCut: false,
    })
  })

  test('closes tags left open', () => {
    expect(cleanDescription('<ul><li>one<li>two').html).toBe('<ul><li>one</li><li>two</li></ul>')
  })

  test('cuts what is too long, also when only cleaning makes it so', () => {
    for (const text of ['a'.repeat(MAX_DESCRIPTION_LENGTH + 1), '&'.repeat(MAX_DESCRIPTION_LENGTH)]) {
      const { html, isCut } = cleanDescription(text)
      expect(isCut).toBe(true)
      expect(html.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH)
      expect(html.length).toBeGreaterThan(MAX_DESCRIPTION_LENGTH * 0.9)
    }
  })

  test('leaves nothing but the allowed tags of any markup, and cleaning twice changes nothing', () => {
    const parts = [
      '<',
      '>',
      '</',
      '/>',
      '"',
      "'",
      '=',
      ' ',
      'p',
      'a',
      'div',
      'script',
      'svg',
      'img',
      'style',
      'href',
    ]
    const more = [
      'onclick',
      'javascript:',
      'https://a.example',
      '&',
      '&lt;',
      '<!--',
      '-->',
      '<![CDATA[',
      '\0',
      'x',
    ]
    const markup = fc
      .array(fc.constantFrom(...parts, ...more), { maxLength: 40 })
      .map((list) => list.join(''))
    fc.assert(
      fc.property(markup, (written) => {
        const { html } = cleanDescription(written)
        expect(cleanDescription(html).html).toBe(html)
        expect(
          html.replace(/<\/?(p|div)>|<a( href="https:\/\/a\.example[^"]*")? rel="nofollow">|<\/a>/g, ''),
        ).not.toMatch(/[<>]/)
      }),
      { numRuns: 500 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { attributes, escapeHtml, type HtmlValue, html, raw } from './html.ts'

describe('html', () => {
  it('escapes text and attribute values', () => {
    const hostile = `<b>"Tom" & 'Jerry'</b>`
    expect(String(html`<p title="${hostile}">${hostile}</p>`)).toBe(
      '<p title="&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;">' +
        '&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;</p>',
    )
  })

  it('inserts markup unchanged and joins arrays', () => {
    const items = ['<', 2, html`<i>three</i>`, raw('<hr>'), ['<', [html`<b></b>`]]]
    expect(String(html`<p>${items}</p>`)).toBe('<p>&lt;2<i>three</i><hr>&lt;<b></b></p>')
  })

  it('renders nothing for null, undefined, false and an empty array, but renders 0', () => {
    expect(String(html`<p>${null}${undefined}${false}${[]}${0}</p>`)).toBe('<p>0</p>')
  })

  it('lets no string open a tag or leave a quoted value, and loses no character', () => {
    fc.assert(
      fc.property(markupLikeText(), (text) => {
        const page = String(html`<p title="${text}" lang='${text}'>${text}${[text]}</p>`)
        const read = /^<p title="([^"<>']*)" lang='([^"<>']*)'>([^"<>']*)<\/p>$/.exec(page)
        return (
          read !== null &&
          read.slice(1).map(unescaped).join('\n') === [text, text, isolateBidi(text).repeat(2)].join('\n')
        )
      }),
    )
  })

  // U+202E sets right-to-left direction, U+2068 and U+2069 enclose an isolate
  it('isolates right-to-left text from the text around it, but not in the value of an attribute', () => {
    expect(String(html`<p title="${'\u202eA'}">${'\u202eA'}: ${'b'}</p>`)).toBe(
      '<p title="\u202eA">\u2068\u202eA\u2069: b</p>',
    )
  })

  it.each([
    ['an unquoted value', () => html`<a href=${'x'}>y</a>`, /^Quote the attribute value/],
    ['the rest of an unquoted value', () => html`<a href=/p/${'x'}>y</a>`, /^Quote the attribute value/],
    ['the name of a tag', () => html`<${'b'}>y</b>`, /^Write the name of the tag/],
    ['the name of an attribute', () => html`<b data-${'x'}="y"></b>`, /^Pass whole attributes/],
    ['a comment', () => html`<!-- ${'x'} -->`, /^Take the value out of the comment/],
    ['a script', () => html`<script type="module">let x = "${'x'}"</script>`, /^Pass the value in a data/],
    ['a style', () => html`<style>p { color: ${'x'} }</style>`, /^Pass the value in a data/],
  ])('refuses a value inside %s', (_context, render, message) => {
    expect(render).toThrow(message)
  })

  it.each([
    ['a tag', () => html`<p`],
    ['a quoted value', () => html`<p title="${'x'}`],
    ['a comment', () => html`<!-- <p>`],
    ['a script', () => html`<script>let x`],
  ])('refuses a template that ends inside %s', (_context, render) => {
    expect(render).toThrow(/^Close what the template opens/)
  })

  it('refuses text in a tag after two `<`, of which a browser takes only the first for text', () => {
    expect(() => html`<<b ${'onclick=alert(1)'}>x</b>`).toThrow('Pass attributes')
  })

  it('accepts values again after a script, a comment and a void tag', () => {
    expect(String(html`<script src="/a.js"></script><!-- c --><br/><hr>${'<'}`)).toContain('<hr>&lt;')
  })

  it('refuses text and markup among the attributes of a tag', () => {
    expect(() => html`<p ${'onclick=alert(1)'}>x</p>`).toThrow('Pass attributes')
    expect(() => html`<p${html`<b></b>`}>x</p>`).toThrow('Pass attributes')
  })

  it('refuses markup in an attribute value and attributes in text', () => {
    expect(() => html`<p title="${html`<b></b>`}">x</p>`).toThrow('Pass text to an attribute value')
    expect(() => html`<p>${attributes({ id: 'x' })}</p>`).toThrow('Pass text, numbers, Html')
  })

  it('refuses values that are not text, such as an object', () => {
    expect(() => html`<p>${{ toString: () => 'x' } as unknown as HtmlValue}</p>`).toThrow('not object')
  })
})

describe('attributes', () => {
  it('renders only the name for true, nothing for false, null and undefined, and escapes other values', () => {
    const optional = attributes({
      required: true,
      checked: false,
      id: null,
      title: undefined,
      max: 0,
      alt: '"<',
    })
    expect(String(html`<input${optional}>`)).toBe('<input required max="0" alt="&quot;&lt;">')
  })

  it('refuses a name that would end the attribute', () => {
    expect(() => attributes({ 'a b': 'x' })).toThrow('Rename the attribute "a b"')
  })
})

describe('escapeHtml', () => {
  it('is reversible for every string', () => {
    fc.assert(fc.property(markupLikeText(), (text) => unescaped(escapeHtml(text)) === text))
  })
})

/** Random text with many characters and words that are special to a parser. */
function markupLikeText(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '&lt;',
      '</p>',
      '<script>',
      '<!--',
      '-->',
      '" onclick="x',
      '=',
      '`',
    ),
  )
  return fc.array(piece).map((pieces) => pieces.join(''))
}

function unescaped(text: string): string {
  const chars: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_entity, name) => chars[name]!)
}

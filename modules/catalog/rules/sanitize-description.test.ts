import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'
import { sanitizeDescription } from './sanitize-description.ts'

test.each([
  ['<p>Warm <b>wool</b></p>', '<p>Warm <strong>wool</strong></p>'],
  ['<h1>Care</h1>', '<h3>Care</h3>'],
  ['a<script>alert(1)</script>b', 'ab'],
  ['<img src=x onerror=alert(1)>text', 'text'],
  ['<p onclick="x()" style="color:red" class="y">text</p>', '<p>text</p>'],
  ['<a href="javascript:alert(1)">text</a>', '<a rel="nofollow">text</a>'],
  ['<a href="//evil.example">text</a>', '<a rel="nofollow">text</a>'],
  [
    '<a href="https://example.com/" target="_blank">text</a>',
    '<a href="https://example.com/" rel="nofollow">text</a>',
  ],
  [
    '<img src="https://a.example/ä 1.jpg" style="x" alt="Pot" width="80%">',
    '<img src="https://a.example/%C3%A4%201.jpg" alt="Pot" loading="lazy" />',
  ],
  [
    '<IMG WIDTH=640 HEIGHT=480 SRC=//a.example/1.jpg?a=1&amp;b=2>',
    '<img src="https://a.example/1.jpg?a=1&amp;b=2" alt="" width="640" height="480" loading="lazy" />',
  ],
  [
    '<picture><source srcset="x"><img src="http://a.example/1.jpg" srcset="y"></picture>',
    '<img src="http://a.example/1.jpg" alt="" loading="lazy" />',
  ],
  [
    '<img src="/pictures/pic_1a" alt="&quot;&gt;&lt;b&gt;">',
    '<img src="/pictures/pic_1a" alt="&quot;&gt;&lt;b&gt;" loading="lazy" />',
  ],
  ['<img src="data:image/png;base64,AA==">x', 'x'],
  ['<img src="javascript:alert(1)">x', 'x'],
  ['<img src="/health/ready">x', 'x'],
  ['<svg><script>alert(1)</script></svg>text', 'text'],
  ['5 < 6 & 7', '5 &lt; 6 &amp; 7'],
])('sanitizeDescription(%j) is %j', (html, expected) => {
  expect(sanitizeDescription(html)).toBe(expected)
})

test('sanitizeDescription() corrects invalid nesting that removed elements leave, so another call changes nothing', () => {
  const clean = sanitizeDescription('<p><svg onload=x><ul><li>')
  expect(sanitizeDescription(clean)).toBe(clean)
})

test('sanitizeDescription() removes all markup that can run a script, and is idempotent', () => {
  const pieces = fc.constantFrom(
    ...[
      '<script>',
      '</script>',
      '<p>',
      '</p>',
      '<a href="',
      'javascript:alert(1)',
      '">',
      '<img src=x onerror=',
      '<img src="https://a.example/',
      '<img alt="',
      '<!--',
    ],
    ...[
      '-->',
      '<svg onload=x>',
      '<style>',
      '&lt;',
      '&#106;',
      "'",
      '"',
      '<',
      '>',
      ' text ',
      '<ul><li>',
      '<iframe srcdoc="',
    ],
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const clean = sanitizeDescription(parts.join(''))
      expect(clean.replace(SAFE_TAG, '')).not.toContain('<')
      expect(
        protocols(clean).filter((protocol) => !['https:', 'http:', 'mailto:'].includes(protocol)),
      ).toEqual([])
      expect(sanitizeDescription(clean)).toBe(clean)
    }),
    { numRuns: 500 },
  )
})

const SAFE_TAG =
  /<\/?(?:p|div|br|h3|h4|blockquote|ul|ol|li|strong|em|sub|sup|table|thead|tbody|tr|th|td|img src="https:\/\/a\.example\/[^"]*" alt="[^"]*" loading="lazy"|a(?: href="[^"]*")?(?: rel="nofollow")?)(?: \/)?>/g

/** The protocols of the links, as a browser on a page of the shop resolves them. */
function protocols(html: string): string[] {
  return Array.from(html.matchAll(/href="([^"]*)"/g), ([, href = '']) => {
    return URL.parse(plainText(href), 'https://shop.example')?.protocol ?? 'https:'
  })
}

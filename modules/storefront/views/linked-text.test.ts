import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkedText } from './linked-text.ts'

describe('linkedText', () => {
  it('links http(s) URLs without the punctuation after them', () => {
    expect(String(linkedText('See http://localhost:4000/orders/ord_1?a=1&b=2. Thanks'))).toBe(
      'See <a href="http://localhost:4000/orders/ord_1?a=1&amp;b=2">http://localhost:4000/orders/ord_1?a=1&amp;b=2</a>. Thanks',
    )
  })

  it('links no URLs of other schemes', () => {
    expect(String(linkedText('javascript:alert(1) and data:text/html,x'))).not.toContain('<a')
  })

  it('keeps every character of the text', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('https://x.test/', '<b>', '"', ' '))
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const shown = String(linkedText(pieces.join('')))
        const chars: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
        const text = shown
          .replace(/<a href="[^"<>]*">|<\/a>/g, '')
          .replace(/&(amp|lt|gt|quot|#39);/g, (_entity, name) => chars[name]!)
        return text === pieces.join('')
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { parseForm } from './form.ts'

describe('parseForm()', () => {
  it('reads nested brackets as objects, and numbered or empty ones as arrays', () => {
    const form = 'amount=5&metadata[order]=A 1&expand[0]=a&expand[1]=b&types[]=x&items[0][price][unit]=7'
    expect(JSON.parse(JSON.stringify(parseForm(form)))).toEqual({
      amount: '5',
      metadata: { order: 'A 1' },
      expand: ['a', 'b'],
      types: ['x'],
      items: [{ price: { unit: '7' } }],
    })
  })

  it('treats __proto__ as an ordinary name', () => {
    const params = parseForm('__proto__[polluted]=yes')
    expect(Object.keys(params)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

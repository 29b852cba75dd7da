import { expect, it } from 'vitest'
import { parseJsonBody } from './input.ts'

it('reads JSON, and an empty body as an empty object', () => {
  expect(parseJsonBody(Buffer.from('{"a":"\\ud83d\\ude00"}'))).toEqual({ a: '😀' })
  expect(parseJsonBody(Buffer.alloc(0))).toEqual({})
})

it('refuses a body that is not UTF-8 or not JSON', () => {
  expect(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow('is not UTF-8')
  expect(() => parseJsonBody(Buffer.from('{"a":'))).toThrow('is not JSON')
})

it('refuses a lone surrogate and names its field', () => {
  expect(() => parseJsonBody(Buffer.from('{"a":[{"b":"x\\ud800"}]}'))).toThrow(
    '/a/0/b has an incomplete character (a lone surrogate)',
  )
})

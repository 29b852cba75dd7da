import { expect, it } from 'vitest'
import { parseJsonBody } from './input.ts'

it('reads JSON, and an empty body as no input', () => {
  expect(parseJsonBody(Buffer.from('{"a":"\\ud83d\\ude00"}'))).toEqual({ a: '😀' })
  expect(parseJsonBody(Buffer.alloc(0))).toEqual({})
})

it('refuses what is not UTF-8 or not JSON', () => {
  expect(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow('is not UTF-8')
  expect(() => parseJsonBody(Buffer.from('{"a":'))).toThrow('is not JSON')
})

it('refuses half a character and names its field', () => {
  expect(() => parseJsonBody(Buffer.from('{"a":[{"b":"x\\ud800"}]}'))).toThrow('/a/0/b has half a character')
})

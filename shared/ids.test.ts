import { Compile } from 'typebox/compile'
import { expect, it } from 'vitest'
import { Id, newId, newSecret } from './ids.ts'

it('ids sort by their time', () => {
  const times = [0, 1, 31, 32, 1023, 1024, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48]
  const ids = times.map((time) => newId('ord', time))
  expect([...ids].sort()).toEqual(ids)
})

it('ids of the same millisecond differ', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('ord', 5))).size).toBe(10_000)
})

it('secrets have 5 bits per character and do not repeat', () => {
  expect(newSecret('crt')).toMatch(/^crt_[0-9a-hjkmnp-tv-z]{32}$/)
  expect(newSecret('crt', 10)).toHaveLength(14)
  expect(new Set(Array.from({ length: 10_000 }, () => newSecret('crt'))).size).toBe(10_000)
})

it('the schema accepts only ids with its prefix', () => {
  const schema = Compile(Id('ord'))
  expect(schema.Check(newId('ord'))).toBe(true)
  for (const wrong of [
    newId('crt'),
    'ord_',
    'ord_A',
    `${newId('ord')}\n`,
    ` ${newId('ord')}`,
    'ord_\0',
    7,
    null,
  ])
    expect(schema.Check(wrong)).toBe(false)
})

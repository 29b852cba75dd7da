import { expect, it } from 'vitest'
import { createValidator } from '../call/validator.ts'
import { editorSchema } from './schema.ts'

const { accepts } = createValidator(editorSchema(['site', 'goods']))

it('gives editors a schema that accepts valid files and refuses invalid ones', () => {
  const withShop = (shop: object, rest: object = {}) => accepts({ processes: { shop }, ...rest })
  expect(withShop({ modules: ['site', 'goods'], port: 1, database: { name: 'a' } })).toBe(true)
  expect(withShop({ modules: ['site'] }, { bus: 'nats', together: [['site', 'goods']] })).toBe(true)
  expect(withShop({ modules: ['stie'] })).toBe(false)
  expect(withShop({ modules: ['site'], prot: 1 })).toBe(false)
  expect(withShop({ modules: ['site'], database: { name: 'a', url: 'env:A' } })).toBe(false)
  expect(withShop({ modules: ['site'] }, { bus: 'kafka' })).toBe(false)
  expect(accepts({ processes: { 'My Shop': { modules: ['site'] } } })).toBe(false)
})

import { describe, expect, it } from 'vitest'
import { loadContracts } from '#runtime/process/modules.ts'
import { knownPermissions, readPermissions } from './permissions.ts'

const known = knownPermissions(await loadContracts())

describe('readPermissions()', () => {
  it('accepts the permissions that methods require, each once, and * for all', () => {
    expect(known).toEqual(
      expect.arrayContaining(['catalog.write', 'orders.read', 'orders.write', 'staff.write']),
    )
    expect(readPermissions(' orders.read, catalog.write,orders.read', known)).toEqual([
      'orders.read',
      'catalog.write',
    ])
    expect(readPermissions('*', known)).toEqual(['*'])
  })

  it.each(['orders.raed,catalog.write', 'foo.bar', 'orders', '', 'orders.read,'])('refuses "%s"', (text) => {
    expect(() => readPermissions(text, known)).toThrow(/^Cannot give the permission .*orders\.read/)
  })

  it('names all unknown permissions', () => {
    expect(() => readPermissions('a.read,orders.read,b.read', known)).toThrow(
      /^Cannot give the permissions "a\.read", "b\.read": they do not exist\. The permissions are /,
    )
  })

  it('suggests the nearest permission for a misspelt one', () => {
    expect(() => readPermissions('orders.raed', known)).toThrow('Did you mean "orders.read"?')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Failure } from '#runtime/contract/failure.ts'
import type { Address } from '#shared/address.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { asCustomer, newCustomer } from '../testing/people.ts'

const home = {
  name: 'Ada Lovelace',
  line1: '12 St James’s Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
}

let shop: TestShop
let ada: Awaited<ReturnType<typeof asCustomer>>
let eve: Awaited<ReturnType<typeof asCustomer>>
beforeAll(async () => {
  shop = await openShop({ modules: ['accounts'] })
  ada = await asCustomer(shop, await newCustomer(shop, 'ada@example.com'))
  eve = await asCustomer(shop, await newCustomer(shop, 'eve@example.com'))
})
afterAll(() => shop.stop())

describe('addresses', () => {
  it('are saved, listed, replaced and removed', async () => {
    const first = await ada.addAddress({ ...home, company: 'Engines Ltd' })
    const second = await ada.addAddress({ ...home, line1: '6 Dorset Street' })
    expect(first).toEqual({ id: expect.stringMatching(/^adr_/), ...home, company: 'Engines Ltd' })
    expect((await ada.listAddresses({})).items.map(({ id }) => id).sort()).toEqual(
      [first.id, second.id].sort(),
    )

    expect(await ada.updateAddress({ addressId: first.id, ...home, city: 'Paris' })).toEqual({
      id: first.id,
      ...home,
      city: 'Paris',
    })
    await ada.removeAddress({ addressId: second.id })
    await ada.removeAddress({ addressId: second.id })
    expect((await ada.listAddresses({})).items).toEqual([{ id: first.id, ...home, city: 'Paris' }])
    await ada.removeAddress({ addressId: first.id })
  })

  it('of another customer can be neither read nor changed', async () => {
    const { id } = await ada.addAddress(home)
    expect(await eve.listAddresses({})).toEqual({ items: [] })
    await expect(eve.updateAddress({ addressId: id, ...home, name: 'Eve' })).rejects.toMatchObject({
      code: 'ADDRESS_NOT_FOUND',
      status: 404,
    })
    await eve.removeAddress({ addressId: id })
    expect((await ada.listAddresses({})).items).toEqual([{ id, ...home }])
    await ada.removeAddress({ addressId: id })
  })

  it.each<[string, Partial<Address>, string[]]>([
    ['the US without a state', { country: 'US', postalCode: '10001' }, ['/region']],
    ['an unknown country', { country: 'XX' }, ['/country']],
    ['France with "CA"', { country: 'FR', postalCode: '75002', region: 'CA' }, ['/region']],
    ['a German code "ABC"', { country: 'DE', postalCode: 'ABC' }, ['/postalCode']],
    ['a name of zero-width spaces', { name: '\u200b\u200b' }, ['/name']],
    ['an invisible city and no postal code', { city: '\u2800', postalCode: '' }, ['/postalCode', '/city']],
  ])('are refused when they break the rules of their country: %s', async (_what, change, fields) => {
    const { items } = await ada.listAddresses({})
    const { id } = await ada.addAddress(home)
    for (const saving of [
      ada.addAddress({ ...home, ...change }),
      ada.updateAddress({ addressId: id, ...home, ...change }),
    ]) {
      const refused = await saving.catch((error: unknown) => error as Failure)
      expect(refused).toMatchObject({ code: 'ADDRESS_INVALID', status: 422 })
      const { data } = refused as { data: { fields: { field: string }[] } }
      expect(data.fields.map(({ field }) => field)).toEqual(fields)
    }
    await ada.removeAddress({ addressId: id })
    expect(await ada.listAddresses({})).toEqual({ items })
  })

  it('need no postal code in a country without postal codes', async () => {
    const { postalCode, ...place } = home
    const kowloon = { ...place, city: 'Kowloon', country: 'HK' }
    const { id } = await ada.addAddress(kowloon)
    expect(await ada.updateAddress({ addressId: id, ...kowloon, postalCode: '' })).toEqual({ id, ...kowloon })
    await ada.removeAddress({ addressId: id })
  })

  it('are stored in the layout of their country', async () => {
    const british = { ...home, country: 'GB', city: ' London ', line2: '', postalCode: 'sw1y4jh' }
    const stored = { ...home, country: 'GB', city: 'London', postalCode: 'SW1Y 4JH' }
    const { id, ...added } = await ada.addAddress(british)
    expect(added).toEqual(stored)
    expect(await ada.updateAddress({ addressId: id, ...british })).toEqual({ id, ...stored })
    await ada.removeAddress({ addressId: id })
  })

  it('stay readable when they break a rule that is newer than they are', async () => {
    const { id } = await ada.addAddress(home)
    // Written by SQL, because addAddress() refuses this address
    const old = { ...home, name: '\u200b', postalCode: 'ABC', region: 'CA', country: 'XX' }
    await shop.sql`update accounts.address set address = ${shop.sql.json(old)} where id = ${id}`
    expect(await ada.listAddresses({})).toEqual({ items: [{ id, ...old }] })
    await ada.removeAddress({ addressId: id })
  })

  it('are limited to 50, even when many are saved at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => eve.addAddress(home)))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(10)
    expect(refused[0]!.reason).toMatchObject({ code: 'ADDRESS_LIMIT', status: 409 })
    const { items } = await eve.listAddresses({})
    expect(items).toHaveLength(50)
    // Removing one address twice makes room for one address only
    await Promise.all([
      eve.removeAddress({ addressId: items[0]!.id }),
      eve.removeAddress({ addressId: items[0]!.id }),
    ])
    await eve.addAddress(home)
    await expect(eve.addAddress(home)).rejects.toMatchObject({ code: 'ADDRESS_LIMIT' })
  })
})

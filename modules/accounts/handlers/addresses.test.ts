import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

  it('of another customer are neither seen nor changed', async () => {
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

  it('are at most 50, also when many are saved at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => eve.addAddress(home)))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(10)
    expect(refused[0]!.reason).toMatchObject({ code: 'ADDRESS_LIMIT', status: 409 })
    const { items } = await eve.listAddresses({})
    expect(items).toHaveLength(50)
    await Promise.all([
      eve.removeAddress({ addressId: items[0]!.id }),
      eve.removeAddress({ addressId: items[0]!.id }),
    ])
    await eve.addAddress(home)
    await expect(eve.addAddress(home)).rejects.toMatchObject({ code: 'ADDRESS_LIMIT' })
  })
})

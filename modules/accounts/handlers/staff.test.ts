import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['accounts'], http: true })
})
afterAll(() => shop.stop())

const grace = { email: 'grace@example.com', name: 'Grace', permissions: ['staff.read', 'staff.write'] }

async function send(method: string, path: string, apiKey: string) {
  const answer = await fetch(`${shop.origin}/api/v1/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}` },
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

describe('staff', () => {
  it('are listed with the last use of their keys, and without the keys', async () => {
    const { staffId, apiKey } = await shop.calls.accounts.createStaff(grace)
    const createdAt = shop.clock.now().toISOString()
    const unused = { id: staffId, ...grace, createdAt, lastUsedAt: null, revokedAt: null }
    expect((await shop.calls.accounts.listStaff({})).items).toEqual([unused])
    shop.clock.advance(60_000)
    const used = { ...unused, lastUsedAt: shop.clock.now().toISOString() }
    expect(await send('GET', '/staff', apiKey)).toEqual({ status: 200, body: { items: [used] } })
    expect(await send('GET', '/staff', apiKey)).toEqual({ status: 200, body: { items: [used] } })
  })

  it('are refused once their key is revoked, and may get a new key', async () => {
    const boss = await shop.calls.accounts.createStaff({ ...grace, email: 'boss@example.com' })
    const lost = await shop.calls.accounts.createStaff({ ...grace, email: 'lost@example.com' })
    expect((await send('GET', '/staff', lost.apiKey)).status).toBe(200)
    for (const _repeat of [1, 2])
      expect(await send('DELETE', `/staff/${lost.staffId}`, boss.apiKey)).toEqual({ status: 200, body: {} })
    expect(await send('GET', '/staff', lost.apiKey)).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    })
    const renewed = await shop.calls.accounts.createStaff({ ...grace, email: 'lost@example.com' })
    expect(renewed.staffId).toBe(lost.staffId)
    expect((await send('GET', '/staff', renewed.apiKey)).status).toBe(200)
    expect((await send('GET', '/staff', lost.apiKey)).status).toBe(401)
  })

  it('can be listed and revoked only with the permissions staff.read and staff.write', async () => {
    const { apiKey, staffId } = await shop.calls.accounts.createStaff({
      ...grace,
      email: 'packer@example.com',
      permissions: ['orders.read'],
    })
    expect((await send('GET', '/staff', apiKey)).status).toBe(403)
    expect((await send('DELETE', `/staff/${staffId}`, apiKey)).status).toBe(403)
  })

  it('that do not exist cannot be revoked', async () => {
    await expect(shop.calls.accounts.revokeStaff({ staffId: 'stf_none' })).rejects.toMatchObject({
      code: 'STAFF_NOT_FOUND',
      status: 404,
    })
  })
})

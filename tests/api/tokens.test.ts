import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openPopulatedShop, type PopulatedShop, send } from './populated-shop.ts'

let populated: PopulatedShop
beforeAll(async () => {
  populated = await openPopulatedShop()
})
afterAll(() => populated?.shop.stop())

const INVENTED = `ses_${'b'.repeat(32)}`

function get(path: string, token?: string, headers: Record<string, string> = {}) {
  return fetch(`${populated.shop.origin}/api/v1${path}`, {
    headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
  })
}

describe('an invalid token', () => {
  it.each(['/products?limit=17', '/products/cup', '/categories', '/countries'])(
    'is refused by %s, even when the answer is cached',
    async (path) => {
      expect((await get(path, INVENTED)).status).toBe(401)
      const cached = await get(path)
      expect(cached.status).toBe(200)
      expect((await get(path, INVENTED)).status).toBe(401)
      expect((await get(path, 'no token at all')).status).toBe(401)
      const known = { 'if-none-match': cached.headers.get('etag') ?? '*' }
      expect((await get(path, INVENTED, known)).status).toBe(401)
      expect((await get(path, populated.customer.token)).status).toBe(200)
    },
  )

  it('is refused with its reason: an ended session, or a revoked key', async () => {
    const { shop, staffKey } = populated
    const session = await send(shop.origin, 'GET', '/accounts/me', undefined, populated.endedSession)
    expect(session.body.detail).toContain('the session is unknown or has ended. Log in again')
    const staffMember = { email: 'gone@example.com', name: 'Gone', permissions: ['staff.read'] }
    const { staffId, apiKey } = await shop.calls.accounts.createStaff(staffMember)
    await send(shop.origin, 'DELETE', `/admin/staff/${staffId}`, undefined, staffKey)
    const revoked = await send(shop.origin, 'GET', '/admin/staff', undefined, apiKey)
    expect([revoked.status, revoked.body.detail]).toEqual([
      401,
      expect.stringContaining('the API key is unknown or revoked'),
    ])
    expect(revoked.body.detail).not.toContain('Log in')
  })
})

it('a cached answer needs no statement without a token, or with the token of a cart', async () => {
  await get('/products/cup')
  const statements = await populated.shop.statementsDuring(async () => {
    expect((await get('/products/cup')).status).toBe(200)
    expect((await get('/products/cup', populated.guest.token)).status).toBe(200)
  })
  expect(statements).toEqual([])
})

describe('DELETE /sessions/current', () => {
  const logOut = (token?: string) =>
    send(populated.shop.origin, 'DELETE', '/sessions/current', undefined, token)

  it('answers 200 and changes nothing with a token of no current session, or without a token', async () => {
    for (const token of [
      populated.endedSession,
      populated.endedSession,
      INVENTED,
      populated.guest.token,
      undefined,
    ])
      expect((await logOut(token)).status).toBe(200)
  })

  it('refuses an API key, which stays valid', async () => {
    const refused = await logOut(populated.staffKey)
    expect([refused.status, refused.body.code]).toEqual([409, 'NO_SESSION'])
    expect((await get('/admin/staff', populated.staffKey)).status).toBe(200)
  })
})

it('POST /carts/{cartId}/adopt needs the session and the token of the cart, as OpenAPI declares', async () => {
  const { origin } = populated.shop
  const email = `${newId('cus')}@example.com`
  const password = 'a long password for tests'
  await send(origin, 'POST', '/accounts', { email, password, name: 'Ada' })
  const session = (await send(origin, 'POST', '/sessions', { email, password })).body.token
  const { id, token } = (await send(origin, 'POST', '/carts', {})).body
  const alone = await send(origin, 'POST', `/carts/${id}/adopt`, undefined, session)
  expect([alone.status, alone.body.detail]).toEqual([404, expect.stringContaining('as Pando-Bearer')])

  const operation = populated.operations.find(({ operationId }) => operationId === 'adoptCart')!
  const header = operation.parameters.find(({ name }) => name === 'Pando-Bearer')
  expect(header).toMatchObject({ in: 'header', required: true })
  const adopted = await fetch(`${origin}/api/v1/carts/${id}/adopt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session}`, [header!.name]: token },
  })
  expect([adopted.status, await adopted.json()]).toEqual([200, { cartId: id }])
})

it('each route of a cart or an order, and no other, declares the header Pando-Bearer', () => {
  const withToken = populated.operations
    .filter(({ parameters }) => parameters.some(({ name }) => name === 'Pando-Bearer'))
    .map(({ path }) => path)
  const cartsAndOrders = populated.operations.filter(
    ({ path }) => /^\/(carts|orders)\/\{/.test(path) || path === '/orders',
  )
  expect(withToken).toEqual(cartsAndOrders.map(({ path }) => path))
})

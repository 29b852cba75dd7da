import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openPeopledShop, type PeopledShop, send } from './peopled-shop.ts'

let people: PeopledShop
beforeAll(async () => {
  people = await openPeopledShop()
})
afterAll(() => people?.shop.stop())

const INVENTED = `ses_${'b'.repeat(32)}`

function ask(path: string, token?: string, headers: Record<string, string> = {}) {
  return fetch(`${people.shop.origin}/api/v1${path}`, {
    headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
  })
}

describe('a token that counts for nothing', () => {
  it.each(['/products?limit=17', '/products/cup', '/categories', '/countries'])(
    'is refused by %s, whatever is kept',
    async (path) => {
      expect((await ask(path, INVENTED)).status).toBe(401)
      const kept = await ask(path)
      expect(kept.status).toBe(200)
      expect((await ask(path, INVENTED)).status).toBe(401)
      expect((await ask(path, 'no token at all')).status).toBe(401)
      const known = { 'if-none-match': kept.headers.get('etag') ?? '*' }
      expect((await ask(path, INVENTED, known)).status).toBe(401)
      expect((await ask(path, people.customer.token)).status).toBe(200)
    },
  )

  it('leaves a kept answer to guests without a statement, and so does the token of a cart', async () => {
    await ask('/products/cup')
    const statements = await people.shop.statementsDuring(async () => {
      expect((await ask('/products/cup')).status).toBe(200)
      expect((await ask('/products/cup', people.guest.token)).status).toBe(200)
    })
    expect(statements).toEqual([])
  })

  it('is told apart: a session has ended, a key was revoked', async () => {
    const { shop, staff } = people
    const session = await send(shop.origin, 'GET', '/accounts/me', undefined, people.endedSession)
    expect(session.body.detail).toContain('the session is unknown or has ended. Log in again')
    const made = { email: 'gone@example.com', name: 'Gone', permissions: ['staff.read'] }
    const { staffId, apiKey } = await shop.calls.accounts.createStaff(made)
    await send(shop.origin, 'DELETE', `/admin/staff/${staffId}`, undefined, staff)
    const revoked = await send(shop.origin, 'GET', '/admin/staff', undefined, apiKey)
    expect([revoked.status, revoked.body.detail]).toEqual([
      401,
      expect.stringContaining('the API key is unknown or revoked'),
    ])
    expect(revoked.body.detail).not.toContain('Log in')
  })
})

describe('DELETE /sessions/current', () => {
  const logOut = (token?: string) => send(people.shop.origin, 'DELETE', '/sessions/current', undefined, token)

  it('does nothing when it is repeated, or has no session', async () => {
    for (const token of [people.endedSession, people.endedSession, INVENTED, people.guest.token, undefined])
      expect((await logOut(token)).status).toBe(200)
  })

  it('refuses an API key, which works on', async () => {
    const refused = await logOut(people.staff)
    expect([refused.status, refused.body.code]).toEqual([409, 'NO_SESSION'])
    expect((await ask('/admin/staff', people.staff)).status).toBe(200)
  })
})

describe('POST /carts/{cartId}/adopt', () => {
  it('takes the session and the cart’s token, as OpenAPI says', async () => {
    const { origin } = people.shop
    const email = `${newId('cus')}@example.com`
    const password = 'a long password for tests'
    await send(origin, 'POST', '/accounts', { email, password, name: 'Ada' })
    const session = (await send(origin, 'POST', '/sessions', { email, password })).body.token
    const { id, token } = (await send(origin, 'POST', '/carts', {})).body
    const alone = await send(origin, 'POST', `/carts/${id}/adopt`, undefined, session)
    expect([alone.status, alone.body.detail]).toEqual([404, expect.stringContaining('as Pando-Bearer')])

    const operation = people.operations.find(({ operationId }) => operationId === 'adoptCart')!
    const header = operation.parameters.find(({ name }) => name === 'Pando-Bearer')
    expect(header).toMatchObject({ in: 'header', required: true })
    const adopted = await fetch(`${origin}/api/v1/carts/${id}/adopt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session}`, [header!.name]: token },
    })
    expect([adopted.status, await adopted.json()]).toEqual([200, { cartId: id }])
  })

  it('every route on a cart or a guest’s order says that it takes such a token', () => {
    const takes = people.operations
      .filter(({ parameters }) => parameters.some(({ name }) => name === 'Pando-Bearer'))
      .map(({ path }) => path)
    const things = people.operations.filter(
      ({ path }) => /^\/(carts|orders)\/\{/.test(path) || path === '/orders',
    )
    expect(takes).toEqual(things.map(({ path }) => path))
  })
})

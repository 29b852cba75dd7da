import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProduct, fillCart, placeOrder } from '#modules/orders/testing.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const PASSWORD = 'quaking aspen leaves'
const ada = { email: 'ada@example.com', password: PASSWORD, name: 'Ada Buyer' }

let shop: TestShop
let variantId: string
beforeAll(async () => {
  shop = await openShop({ http: true })
  await shop.calls.catalog.importProducts({ products: [oneProduct('cup')], dryRun: false })
  variantId = (await shop.calls.catalog.getProduct({ handle: 'cup' })).variants[0]!.id
  await shop.calls.inventory.importStock({
    items: [{ variantId, quantity: 100, backorder: false }],
    overwrite: true,
    dryRun: false,
  })
  await shop.drain()
  await post('/accounts', ada)
})
afterAll(() => shop?.stop())

interface Credentials {
  /** Idempotency key. */
  key?: string
  /** Bearer token. */
  token?: string
}

function post(path: string, body: unknown, headers: Credentials = {}) {
  return send('POST', path, body, headers)
}

async function send(method: string, path: string, body: unknown, headers: Credentials) {
  const answer = await fetch(`${shop.origin}/api/v1${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(headers.key === undefined ? {} : { 'idempotency-key': headers.key }),
      ...(headers.token === undefined ? {} : { authorization: `Bearer ${headers.token}` }),
    },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

describe('an Idempotency-Key', () => {
  it('of two guests gives each a cart with its own token', async () => {
    const key = randomUUID()
    const [one, two] = await Promise.all([post('/carts', {}, { key }), post('/carts', {}, { key })])
    expect([one.status, two.status]).toEqual([201, 201])
    expect(two.body.id).not.toBe(one.body.id)
    expect(two.body.token).not.toBe(one.body.token)
  })

  it('does not give the cart of one guest to another with the same bearer token', async () => {
    const headers = { key: randomUUID(), token: 'guest' }
    const [one, two] = [await post('/carts', {}, headers), await post('/carts', {}, headers)]
    expect([one.status, two.status]).toEqual([201, 201])
    expect(two.body.token).not.toBe(one.body.token)
  })

  it('of a guest never gives the same session twice', async () => {
    const key = randomUUID()
    const { email, password } = ada
    const one = await post('/sessions', { email, password }, { key })
    const two = await post('/sessions', { email, password }, { key })
    expect([one.status, two.status]).toEqual([201, 201])
    expect(two.body.token).not.toBe(one.body.token)
  })

  it('of a guest neither reveals nor blocks requests of another guest with the same key', async () => {
    const key = randomUUID()
    await post('/accounts', { ...ada, email: 'bob@example.com' }, { key })
    const another = await post('/accounts', { ...ada, email: 'eve@example.com' }, { key })
    expect([another.status, another.body.email]).toEqual([201, 'eve@example.com'])
    const guess = await post('/sessions', { email: 'bob@example.com', password: 'not the password' }, { key })
    expect([guess.status, guess.body.code]).toEqual([401, 'INVALID_CREDENTIALS'])
  })

  it('of a guest is not stored in the tables', async () => {
    await shop.sql`delete from cart.pando_idempotency`
    await shop.sql`delete from accounts.pando_idempotency`
    const key = randomUUID()
    await post('/carts', {}, { key })
    await post('/sessions', { email: ada.email, password: PASSWORD }, { key })
    await post('/accounts/password-reset', { email: ada.email }, { key })
    const kept = await shop.sql`
      select key from cart.pando_idempotency union all select key from accounts.pando_idempotency`
    expect(kept).toHaveLength(0)
  })

  it('of a cart token returns the first answer, and a conflict for another input', async () => {
    const { body: cart } = await post('/carts', {})
    const headers = { key: randomUUID(), token: cart.token }
    const first = await post(`/carts/${cart.id}/lines`, { variantId, quantity: 1 }, headers)
    expect(first.status).toBe(201)
    expect(await post(`/carts/${cart.id}/lines`, { variantId, quantity: 1 }, headers)).toEqual(first)
    const other = await post(`/carts/${cart.id}/lines`, { variantId, quantity: 2 }, headers)
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
  })

  it('of a command that another module executes returns the first answer, and changes nothing again', async () => {
    const account = { email: 'staff@example.com', name: 'Staff', permissions: ['*'] }
    const { apiKey: token } = await shop.calls.accounts.createStaff(account)
    const headers = { key: randomUUID(), token }
    const set = (quantity: number, requestHeaders = headers) =>
      send('PUT', `/admin/stock/${variantId}`, { quantity, backorder: false }, requestHeaders)
    const first = await set(5)
    expect([first.status, first.body.onHand]).toEqual([200, 5])
    expect((await set(9, { key: randomUUID(), token })).body.onHand).toBe(9)
    expect(await set(5)).toEqual(first)
    const other = await set(6)
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
    const stock = await fetch(`${shop.origin}/api/v1/admin/stock/${variantId}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await stock.json()).toMatchObject({ onHand: 9 })
  })

  it('of a command that changed nothing is refused with another input', async () => {
    const product = await createProduct(shop, 10)
    const shopper = await fillCart(shop, { [product]: 1 })
    const order = await placeOrder(shop, shopper)
    const another = await placeOrder(shop, await fillCart(shop, { [product]: 1 }))
    const headers = { key: randomUUID(), token: (shopper.caller as { bearer: string }).bearer }
    const confirm = (id: string) => post(`/orders/${id}/confirm-payment`, {}, headers)
    const first = await confirm(order.id)
    expect([first.status, first.body.status]).toEqual([200, 'confirmed'])
    expect(await confirm(order.id)).toEqual(first)
    const reused = await confirm(another.id)
    expect([reused.status, reused.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
  })

  it('of a customer returns the same session token again, but only to that customer', async () => {
    const { email, password } = ada
    const { body: session } = await post('/sessions', { email, password })
    const { body: elsewhere } = await post('/sessions', { email, password })
    await post('/accounts', { ...ada, email: 'mallory@example.com' })
    const { body: other } = await post('/sessions', { email: 'mallory@example.com', password })
    const key = randomUUID()
    const first = await post('/sessions', { email, password }, { key, token: session.token })
    expect(first.body.token).toMatch(/^ses_/)
    expect(await post('/sessions', { email, password }, { key, token: elsewhere.token })).toEqual(first)
    const mallory = await post('/sessions', { email, password }, { key, token: other.token })
    expect(mallory.body.token).toMatch(/^ses_/)
    expect(mallory.body.token).not.toBe(first.body.token)
  })

  it.each([
    ['1', 'it has 1 character, at least 20 are needed'],
    ['order-7', 'it has 7 characters, at least 20 are needed'],
    [randomUUID().repeat(8), 'it has 288 characters, at most 255 are allowed'],
    [`${randomUUID()}é`, 'it has characters that are not printable ASCII'],
  ])('"%s" is refused', async (key, reason) => {
    const answer = await post('/carts', {}, { key })
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT'])
    expect(answer.body.detail).toContain(reason)
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { removeDataDirectory, type ShopProcess, startShopProcess } from '#tests/support/shop-process.ts'

const PASSWORD = 'quaking aspen leaves'
const PAYMENT_TOKEN = 'tok_not_for_any_log'
const ORDER_KEY = 'okey_not_for_any_log'

let shop: ShopProcess

beforeAll(async () => {
  shop = await startShopProcess({ environment: { PANDO_LOG: 'debug' } })
}, 120_000)
afterAll(async () => {
  await shop.stop()
  await removeDataDirectory(shop.dataDirectory)
})

it('the debug log contains no password, no token and no secret', async () => {
  const credentials = { email: 'ada@example.com', password: PASSWORD }
  await send('POST', '/accounts', { ...credentials, name: 'Ada Buyer' })
  const { token: session } = await send('POST', '/sessions', credentials)
  await send('POST', '/sessions', { ...credentials, password: `${PASSWORD} wrong` })
  const { id, version: cartVersion, token: cart } = await send('POST', '/carts', {})
  const payment = { provider: 'no such provider', token: PAYMENT_TOKEN }
  await send('POST', '/orders', { cartId: id, cartVersion, payment }, cart)
  await send('POST', '/orders', { cartId: id, cartVersion, payment, unknown: PAYMENT_TOKEN }, cart)
  await send('GET', `/carts/${id}?token=${cart}`, undefined, cart)
  await send('GET', '/accounts/me', undefined, session)
  await send('GET', '/accounts/me', undefined, `${session}x`)
  // Internal errors are logged with the most details
  await fetch(`${shop.origin}/orders/ord_1?key=${ORDER_KEY}`)
  await fetch(`${shop.origin}/orders/ord_%zz?key=${ORDER_KEY}`)
  await send('POST', '/payments/webhooks/test', { token: PAYMENT_TOKEN }, cart)
  await shop.stop()

  const secret = (await readFile(join(shop.dataDirectory, 'secret'), 'utf8')).trim()
  const databasePassword = (await readFile(join(shop.dataDirectory, 'postgres', 'password'), 'utf8')).trim()
  const log = shop.output()
  expect(log).toContain('Ready in')
  for (const text of [PASSWORD, PAYMENT_TOKEN, ORDER_KEY, session, cart, secret, databasePassword]) {
    expect(text.length).toBeGreaterThan(10)
    expect(log.includes(text), `the log contains ${text}`).toBe(false)
  }
})

async function send(method: string, path: string, body?: unknown, token?: string) {
  const response = await fetch(`${shop.origin}/api/v1${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await response.json()) as { id: string; token: string; version: string }
}

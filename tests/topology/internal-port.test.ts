import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDeploymentSecret } from '#cli/support/deployment-secret.ts'
import { type Caller, system } from '#runtime/contract/caller.ts'
import { TokenSigner } from '#runtime/rpc/token-signer.ts'
import { newId } from '#shared/ids.ts'
import { openServices, type Services } from '#tests/failures/services/open-services.ts'

let shop: Services
let secret: string
let tokens: TokenSigner
let payments: string

beforeAll(async () => {
  shop = await openServices({}, 'hybrid')
  secret = await readDeploymentSecret({ PANDO_DATA: shop.dataDirectory })
  tokens = new TokenSigner(secret)
  payments = shop.internalOrigin('payments')
}, 120_000)
afterAll(() => shop.stop())

/**
 * Returns the body of a `createIntent`, which orders sends to payments in each checkout and only modules may send; and whether
 * that intent exists.
 */
function newIntent() {
  const intentId = newId('pay')
  const body = JSON.stringify({
    intentId,
    orderId: newId('ord'),
    amount: { amount: 100, currency: 'EUR' },
    provider: 'test',
    token: 'tok_ok',
    capture: 'automatic',
  })
  const exists = async () => {
    const { payments: calls } = shop.calls
    return calls.getIntent({ intentId }).then(
      () => true,
      () => false,
    )
  }
  return { body, exists }
}

const CREATE = 'payments.createIntent'
const caller: Caller = system('test')

function send(origin: string, path: string, body: string | undefined, token: string | undefined) {
  return fetch(origin + path, {
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  })
}

function create(body: string, token: string | undefined) {
  return send(payments, '/rpc/payments/createIntent', body, token)
}

describe('the public port', () => {
  it.each([
    ['POST', '/rpc/payments/createIntent', CREATE],
    ['POST', '/rpc/orders/createOrder', 'orders.createOrder'],
    ['POST', '/events/orders', 'events:orders'],
    ['POST', '/placement', 'placement'],
    ['GET', '/versions', 'versions'],
    ['GET', '/status', 'status'],
    ['GET', '/metrics', 'metrics'],
  ])('does not serve %s %s, not even with a valid token', async (method, path, aud) => {
    const { body, exists } = newIntent()
    const text = method === 'POST' ? body : undefined
    const response = await send(
      shop.origin,
      path,
      text,
      tokens.sign({ iss: 'orders', aud, caller }, text ?? ''),
    )
    expect([404, 405, 415]).toContain(response.status)
    expect(await exists()).toBe(false)
  })
})

describe('the internal port', () => {
  it.each(['/', '/products/x', '/cart', '/mailbox', '/api/v1/products', '/api/docs', '/api/v1/openapi.json'])(
    'does not serve %s, on any process',
    async (path) => {
      for (const name of shop.names) {
        const response = await send(shop.internalOrigin(name), path, undefined, undefined)
        expect(response.status).toBe(404)
        expect(response.headers.get('content-type')).toBe('application/problem+json')
      }
    },
  )

  it('accepts a token that is signed with the secret, but not a second time', async () => {
    const { body, exists } = newIntent()
    const token = tokens.sign({ iss: 'orders', aud: CREATE, caller }, body)
    expect((await create(body, token)).status).toBe(200)
    expect(await exists()).toBe(true)
    const before = shop.output().length
    expect((await create(body, token)).status).toBe(401)
    await expectLogged(before, 'it was used before')
  })

  const claims = { iss: 'orders', aud: CREATE, caller }
  it.each<[string, (body: string) => string | undefined, string]>([
    ['without a token', () => undefined, 'it is missing'],
    ['with a malformed token', () => 'anything', 'its header is wrong'],
    [
      'with a token that is signed with another secret',
      (body) => new TokenSigner('another secret, long enough to be one').sign(claims, body),
      'it is signed with another key',
    ],
    [
      'with a token whose claims were changed',
      (body) => withChangedIssuer(tokens.sign({ ...claims, iss: 'edge' }, body)),
      'it is signed with another key',
    ],
    [
      'with a token that claims to need no signature',
      (body) => withoutSignature(tokens.sign(claims, body)),
      'its header is wrong',
    ],
    [
      'with a token that has expired',
      (body) => new TokenSigner(secret, { now: () => Date.now() / 1000 - 60 }).sign(claims, body),
      'it has expired',
    ],
    [
      'with a token from the future',
      (body) => new TokenSigner(secret, { now: () => Date.now() / 1000 + 60 }).sign(claims, body),
      'it is from the future',
    ],
    [
      'with a token for another method',
      (body) => tokens.sign({ ...claims, aud: 'payments.getIntent' }, body),
      'it is for',
    ],
    ['with a token for another body', () => tokens.sign(claims, '{}'), 'it is for another body'],
  ])('refuses a call %s, logs it, and executes nothing', async (_what, sign, reason) => {
    const { body, exists } = newIntent()
    const before = shop.output().length
    const response = await create(body, sign(body))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await exists()).toBe(false)
    await expectLogged(before, reason)
  })

  it.each<[string, Caller]>([
    ['a guest', { kind: 'guest' }],
    ['the system', caller],
  ])('refuses calls of the edge for %s to a method that is internal to modules', async (_who, edgeCaller) => {
    const { body, exists } = newIntent()
    const before = shop.output().length
    const response = await create(body, tokens.sign({ iss: 'edge', aud: CREATE, caller: edgeCaller }, body))
    expect(response.status).toBe(403)
    expect(await exists()).toBe(false)
    await expectLogged(before, 'call refused: the method is internal')
  })

  it.each(['/status', '/versions'])('refuses %s without a token, and with one for a method', async (path) => {
    expect((await send(payments, path, undefined, undefined)).status).toBe(401)
    const token = tokens.sign({ iss: 'cli', aud: CREATE, caller }, '')
    expect((await send(payments, path, undefined, token)).status).toBe(401)
  })

  it('requires a token for events and placements, and refuses placements of the edge', async () => {
    const origin = shop.internalOrigin('shop')
    const event = JSON.stringify({
      id: newId('evt'),
      name: 'payments.intentSettled',
      aggregate: 'x',
      payload: {},
    })
    expect((await send(origin, '/events/orders', event, undefined)).status).toBe(401)
    const forOther = tokens.sign({ iss: 'payments', aud: 'events:notifications', caller }, event)
    expect((await send(origin, '/events/orders', event, forOther)).status).toBe(401)
    const placement = JSON.stringify({ version: 99, modules: { payments: ['http://127.0.0.1:9'] } })
    expect((await send(origin, '/placement', placement, undefined)).status).toBe(401)
    const ofEdge = tokens.sign({ iss: 'edge', aud: 'placement', caller }, placement)
    expect((await send(origin, '/placement', placement, ofEdge)).status).toBe(403)
  })
})

/** Returns the token with the issuer `orders` and its old signature. */
function withChangedIssuer(token: string): string {
  const [header, payload, signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  return [header, base64({ ...claims, iss: 'orders' }), signature].join('.')
}

function withoutSignature(token: string): string {
  return [base64({ alg: 'none', typ: 'JWT' }), token.split('.')[1], ''].join('.')
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function expectLogged(before: number, text: string): Promise<void> {
  await expect.poll(() => shop.output().slice(before), { timeout: 5000 }).toContain(text)
}

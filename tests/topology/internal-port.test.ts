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

/** What orders asks payments in each checkout; nobody else may. */
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
  const isThere = async () => {
    const { payments: calls } = shop.calls
    return calls.getIntent({ intentId }).then(
      () => true,
      () => false,
    )
  }
  return { body, isThere }
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
  ])('does not serve %s %s, whoever asks', async (method, path, aud) => {
    const { body, isThere } = newIntent()
    const text = method === 'POST' ? body : undefined
    const response = await send(
      shop.origin,
      path,
      text,
      tokens.sign({ iss: 'orders', aud, caller }, text ?? ''),
    )
    expect([404, 405, 415]).toContain(response.status)
    expect(await isThere()).toBe(false)
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

  it('serves who knows the secret, once for each token', async () => {
    const { body, isThere } = newIntent()
    const token = tokens.sign({ iss: 'orders', aud: CREATE, caller }, body)
    expect((await create(body, token)).status).toBe(200)
    expect(await isThere()).toBe(true)
    const before = shop.output().length
    expect((await create(body, token)).status).toBe(401)
    await expectLogged(before, 'it was used before')
  })

  const statement = { iss: 'orders', aud: CREATE, caller }
  it.each<[string, (body: string) => string | undefined, string]>([
    ['without a token', () => undefined, 'it is missing'],
    ['with anything', () => 'anything', 'its header is wrong'],
    [
      'signed with another secret',
      (body) => new TokenSigner('another secret, long enough to be one').sign(statement, body),
      'it is signed with another key',
    ],
    [
      'with claims that were changed',
      (body) => changed(tokens.sign({ ...statement, iss: 'edge' }, body)),
      'it is signed with another key',
    ],
    [
      'that says it needs no signature',
      (body) => unsigned(tokens.sign(statement, body)),
      'its header is wrong',
    ],
    [
      'that has expired',
      (body) => new TokenSigner(secret, { now: () => Date.now() / 1000 - 60 }).sign(statement, body),
      'it has expired',
    ],
    [
      'from the future',
      (body) => new TokenSigner(secret, { now: () => Date.now() / 1000 + 60 }).sign(statement, body),
      'it is from the future',
    ],
    [
      'for another method',
      (body) => tokens.sign({ ...statement, aud: 'payments.getIntent' }, body),
      'it is for',
    ],
    ['for another body', () => tokens.sign(statement, '{}'), 'it is for another body'],
  ])('refuses a call %s, logs it, and executes nothing', async (_what, sign, reason) => {
    const { body, isThere } = newIntent()
    const before = shop.output().length
    const response = await create(body, sign(body))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await isThere()).toBe(false)
    await expectLogged(before, reason)
  })

  it.each<[string, Caller]>([
    ['a guest', { kind: 'guest' }],
    ['the system', caller],
  ])('refuses the edge a method that is for modules only, on behalf of %s', async (_who, behalf) => {
    const { body, isThere } = newIntent()
    const before = shop.output().length
    const response = await create(body, tokens.sign({ iss: 'edge', aud: CREATE, caller: behalf }, body))
    expect(response.status).toBe(403)
    expect(await isThere()).toBe(false)
    await expectLogged(before, 'not for the public')
  })

  it.each(['/status', '/versions'])('does not tell %s to strangers', async (path) => {
    expect((await send(payments, path, undefined, undefined)).status).toBe(401)
    const token = tokens.sign({ iss: 'cli', aud: CREATE, caller }, '')
    expect((await send(payments, path, undefined, token)).status).toBe(401)
  })

  it('takes neither an event nor a placement from strangers, nor a placement from the edge', async () => {
    const origin = shop.internalOrigin('shop')
    const event = JSON.stringify({
      id: newId('evt'),
      name: 'payments.intentSettled',
      aggregate: 'x',
      payload: {},
    })
    expect((await send(origin, '/events/orders', event, undefined)).status).toBe(401)
    const other = tokens.sign({ iss: 'payments', aud: 'events:notifications', caller }, event)
    expect((await send(origin, '/events/orders', event, other)).status).toBe(401)
    const placement = JSON.stringify({ version: 99, modules: { payments: ['http://127.0.0.1:9'] } })
    expect((await send(origin, '/placement', placement, undefined)).status).toBe(401)
    const edge = tokens.sign({ iss: 'edge', aud: 'placement', caller }, placement)
    expect((await send(origin, '/placement', placement, edge)).status).toBe(403)
  })
})

/** Gives the token claims that its signature is not of. */
function changed(token: string): string {
  const [head, claims, signature] = token.split('.')
  const said = JSON.parse(Buffer.from(claims!, 'base64url').toString())
  return [head, base64({ ...said, iss: 'orders' }), signature].join('.')
}

function unsigned(token: string): string {
  return [base64({ alg: 'none', typ: 'JWT' }), token.split('.')[1], ''].join('.')
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function expectLogged(before: number, text: string): Promise<void> {
  await expect.poll(() => shop.output().slice(before), { timeout: 5000 }).toContain(text)
}

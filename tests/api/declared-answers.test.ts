import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RuntimeCode, runtimeFailures } from '#runtime/contract/failure.ts'
import { codesWithoutRoute } from '#runtime/http/route-failures.ts'
import { DeclaredAnswers } from './declared-answers.ts'
import { type Operation, openPopulatedShop, type PopulatedShop } from './populated-shop.ts'

let populated: PopulatedShop
let declared: DeclaredAnswers
beforeAll(async () => {
  populated = await openPopulatedShop({ rateLimits: true })
  declared = await DeclaredAnswers.of(populated.shop.origin)
})
afterAll(() => populated?.shop.stop())

interface Attempt {
  what: string
  expected: number
  init: { headers?: Record<string, string>; body?: string }
  path?: string
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** Invalid requests that a client can send to this route, whatever the route does. */
function attempts(operation: Operation): Attempt[] {
  const { method, path } = operation
  const invalidBodies = method === 'GET' ? [] : bodies(operation)
  return [
    { what: 'an ended session', expected: 401, init: auth(populated.endedSession) },
    { what: 'an invented API key', expected: 401, init: auth(`key_${'b'.repeat(32)}`) },
    { what: 'no bearer token', expected: 401, init: { headers: { authorization: 'Basic YTpi' } } },
    ...invalidBodies,
    ...(path.includes('{')
      ? [
          { what: 'a malformed path', expected: 404, init: {}, path: path.replace(/\{\w+\}/, '%zz') },
          {
            what: 'a long path',
            expected: 414,
            init: {},
            path: path.replace(/\{\w+\}/, 'x'.repeat(5000)),
          },
        ]
      : []),
  ]
}

function bodies({ method, spec }: Operation): Attempt[] {
  if (method === 'DELETE') return []
  const shortKey = {
    what: 'a short idempotency key',
    expected: 400,
    init: { headers: { ...JSON_TYPE, 'idempotency-key': '1' }, body: '{}' },
  }
  return [
    { what: 'malformed JSON', expected: 400, init: { headers: JSON_TYPE, body: '{' } },
    {
      what: 'another content type',
      expected: 415,
      init: { headers: { 'content-type': 'text/x' }, body: 'a' },
    },
    { what: 'a large body', expected: 413, init: { headers: JSON_TYPE, body: `"${'x'.repeat(2 ** 20)}"` } },
    // A query ignores keys, even one that is sent by POST
    ...(spec.kind === 'command' ? [shortKey] : []),
  ]
}

function auth(token: string) {
  return { headers: { authorization: `Bearer ${token}` } }
}

async function attempt(
  operation: Operation,
  { init, path = operation.path }: Pick<Attempt, 'init' | 'path'>,
) {
  const url = `${populated.shop.origin}/api/v1${path.replace(/\{\w+\}/g, 'text')}`
  const response = await fetch(url, { method: operation.method, ...init })
  const text = await response.text()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ...(response.status < 400 ? {} : { code: JSON.parse(text).code as string }),
  }
}

it('every route declares its answers to invalid requests', async () => {
  const wrong: string[] = []
  for (const operation of populated.operations) {
    for (const each of attempts(operation)) {
      const answer = await attempt(operation, each)
      const problem = declared.problem(operation, answer)
      if (problem) wrong.push(`${operation.method} ${operation.path}, ${each.what}: ${problem}`)
      // A rate limit may apply first. The provider defines a webhook's body, and an ended session may log out
      const isExempt = operation.operationId === 'receiveWebhook' || operation.operationId === 'logOut'
      if (!isExempt && ![each.expected, 429].includes(answer.status))
        wrong.push(`${operation.method} ${operation.path}, ${each.what}: ${answer.status}`)
    }
  }
  expect(wrong).toEqual([])
})

it('the refusal of an idempotency key that was used with another input is declared', async () => {
  const operation = populated.operations.find(({ operationId }) => operationId === 'addAddress')!
  const headers = {
    ...JSON_TYPE,
    ...auth(populated.customer.token).headers,
    'idempotency-key': 'x'.repeat(30),
  }
  const address = { name: 'Ada', line1: 'Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' }
  const send = (body: unknown) => attempt(operation, { init: { headers, body: JSON.stringify(body) } })
  expect(await send(address)).toMatchObject({ status: 201 })
  const reused = await send({ ...address, name: 'Bob' })
  expect(reused).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' })
  expect(declared.problem(operation, reused)).toBeUndefined()
})

it('staff may cancel with the permission, and are refused as declared without it', async () => {
  const operation = populated.operations.find(({ operationId }) => operationId === 'cancelOrder')!
  const { orderId } = populated.guest.ids
  const path = `/orders/${orderId}/cancel`
  const keyFor = async (email: string, permissions: string[]) =>
    (await populated.shop.calls.accounts.createStaff({ email, name: 'Staff', permissions })).apiKey
  const reader = await keyFor('reader@example.com', ['orders.read'])
  const refused = await attempt(operation, { init: auth(reader), path })
  expect(refused).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  expect(declared.problem(operation, refused)).toBeUndefined()
  const writer = await keyFor('writer@example.com', ['orders.read', 'orders.write'])
  expect(await attempt(operation, { init: auth(writer), path })).toMatchObject({
    status: 200,
  })
})

it('the refusal of too many requests is declared, with Retry-After', async () => {
  const operation = populated.operations.find(({ operationId }) => operationId === 'requestPasswordReset')!
  const request = { init: { headers: JSON_TYPE, body: '{}' } }
  let answer = await attempt(operation, request)
  for (let sent = 0; sent < 20 && answer.status !== 429; sent++) answer = await attempt(operation, request)
  expect(answer).toMatchObject({ status: 429, code: 'RATE_LIMITED', retryAfter: expect.any(String) })
  expect(declared.problem(operation, answer)).toBeUndefined()
})

it('an internal error is declared', async () => {
  await populated.shop.sql`alter table catalog.product rename to gone`
  const operation = populated.operations.find(({ operationId }) => operationId === 'getProduct')!
  // No cached answer exists for it
  const request = { init: {}, path: '/products/unread' }
  const broken = await attempt(operation, request)
  await populated.shop.sql`alter table catalog.gone rename to product`
  expect(broken).toMatchObject({ status: 500, code: 'INTERNAL' })
  expect(declared.problem(operation, broken)).toBeUndefined()
})

it('every route declares all codes with which the runtime may answer', () => {
  const everywhere = [
    'INVALID_INPUT',
    'MALFORMED_BODY',
    'INVALID_REQUEST',
    'UNAUTHENTICATED',
    'HEADERS_TOO_LARGE',
  ]
  const failing = ['INTERNAL', 'UNAVAILABLE', 'OVERLOADED', 'DEADLINE_EXCEEDED', 'UNKNOWN_HOST']
  const seen = new Set<string>(codesWithoutRoute)
  for (const operation of populated.operations) {
    const codes = declared.codes(operation)
    expect.soft(codes, operation.operationId).toEqual(expect.arrayContaining([...everywhere, ...failing]))
    for (const code of codes) seen.add(code)
    const retried = ['UNAVAILABLE', 'OVERLOADED', 'DEADLINE_EXCEEDED'] satisfies RuntimeCode[]
    for (const code of retried) {
      const answer = { status: runtimeFailures[code], code, retryAfter: '1' }
      expect.soft(declared.problem(operation, answer), operation.operationId).toBeUndefined()
    }
  }
  expect(Object.keys(runtimeFailures).filter((code) => !seen.has(code))).toEqual([])
})

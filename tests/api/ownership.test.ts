import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  fingerprints,
  type Operation,
  openPeopledShop,
  type PeopledShop,
  type Schema,
  send,
} from './peopled-shop.ts'
import { plainValue } from './schema-values.ts'

/** Whose each operation is. A new one must be entered here, so that somebody thinks about it. */
const OPEN = [
  'register',
  'logIn',
  'logOut',
  'verifyEmail',
  'requestPasswordReset',
  'resetPassword',
  'createCart',
  'listCountries',
  'listProducts',
  'getProduct',
  'listCategories',
  'receiveWebhook',
]
const OWN_CART = [
  'getCart',
  'addLine',
  'updateLine',
  'removeLine',
  'setContact',
  'listShippingOptions',
  'setShippingOption',
  'addCoupon',
  'removeCoupon',
  'adoptCart',
  'placeOrder',
]
const OWN_ORDER = ['getOrder', 'confirmPayment', 'cancelOrder']
const OWN_ACCOUNT = [
  'getMe',
  'updateMe',
  'listAddresses',
  'addAddress',
  'updateAddress',
  'removeAddress',
  'listMyOrders',
]
const STAFF = [
  'listSavedProducts',
  'getSavedProduct',
  'getVariantStock',
  'getProductStock',
  'saveProduct',
  'setVariantStock',
  'listOrders',
  'fulfilOrder',
  'listStaff',
  'revokeStaff',
]

let people: PeopledShop
beforeAll(async () => {
  people = await openPeopledShop()
})
afterAll(() => people?.shop.stop())

it('every route is classified, and every classified route is there', () => {
  expect(people.operations.map(({ operationId }) => operationId).sort()).toEqual(
    [...OPEN, ...OWN_CART, ...OWN_ORDER, ...OWN_ACCOUNT, ...STAFF].sort(),
  )
})

describe.each([...OWN_CART, ...OWN_ORDER])('%s', (operationId) => {
  it('has one answer for what is not yours and what is not there, and changes nothing', async () => {
    const operation = find(operationId)
    const missing = { cartId: `crt_${'0'.repeat(26)}`, orderId: `ord_${'0'.repeat(26)}` }
    const tokens = { ...strangers(), ...(operationId === 'adoptCart' ? {} : { nobody: undefined }) }
    for (const owner of ['guest', 'customer'] as const) {
      const { ids } = people[owner]
      for (const [who, token] of Object.entries(tokens)) {
        // A customer's cart cannot be adopted by a guest at all, and a staff key is no customer.
        const before = await fingerprints(people.shop)
        const answer = await call(operation, ids, token)
        expect.soft([401, 403, 404], `${who} of ${owner}'s: ${answer.text}`).toContain(answer.status)
        expect.soft(await fingerprints(people.shop), `${who} changed ${owner}'s`).toEqual(before)
        const absent = await call(operation, { ...ids, ...missing }, token)
        expect
          .soft([answer.status, answer.body.code], `${who} of ${owner}'s`)
          .toEqual([absent.status, absent.body.code])
      }
    }
  })
})

describe.each(OWN_ACCOUNT)('%s', (operationId) => {
  it('is for customers only, and reaches nothing of another', async () => {
    const operation = find(operationId)
    const before = await fingerprints(people.shop)
    const { otherCustomer: _other, ...rest } = strangers()
    for (const [who, token] of Object.entries({ ...rest, nobody: undefined })) {
      const answer = await call(operation, people.customer.ids, token)
      expect.soft([401, 403], `${who}: ${answer.text}`).toContain(answer.status)
    }
    expect(await fingerprints(people.shop)).toEqual(before)
    if (operationId === 'updateAddress') {
      const answer = await call(operation, people.customer.ids, people.otherCustomer.token)
      expect([answer.status, answer.body.code]).toEqual([404, 'ADDRESS_NOT_FOUND'])
    }
    if (operationId === 'removeAddress')
      await call(operation, people.customer.ids, people.otherCustomer.token)
    if (operation.method === 'GET') {
      const answer = await call(operation, {}, people.otherCustomer.token)
      expect(answer.status).toBe(200)
      for (const id of ['addressId', 'orderId', 'cartId'])
        expect(answer.text).not.toContain(people.customer.ids[id])
    }
    expect(await fingerprints(people.shop)).toEqual(before)
  })
})

describe.each(STAFF)('%s', (operationId) => {
  it('is refused to everybody without the permission', async () => {
    const before = await fingerprints(people.shop)
    const tokens = {
      ...strangers(),
      customer: people.customer.token,
      guest: people.guest.token,
      nobody: undefined,
    }
    for (const [who, token] of Object.entries(tokens)) {
      const answer = await call(find(operationId), people.guest.ids, token)
      expect.soft([401, 403], `${who}: ${answer.text}`).toContain(answer.status)
    }
    expect(await fingerprints(people.shop)).toEqual(before)
  })
})

it('a session that has ended or was never is refused on every route that takes a token', async () => {
  const before = await fingerprints(people.shop)
  for (const operation of people.operations) {
    if (OPEN.includes(operation.operationId)) continue
    for (const token of [people.endedSession, `ses_${'0'.repeat(32)}`, `key_${'0'.repeat(32)}`]) {
      const answer = await call(operation, people.customer.ids, token)
      expect.soft([answer.status, answer.body.code], operation.operationId).toEqual([401, 'UNAUTHENTICATED'])
    }
  }
  expect(await fingerprints(people.shop)).toEqual(before)
})

it('owners reach what is theirs, so that the refusals above mean something', async () => {
  for (const owner of [people.customer, people.guest]) {
    expect((await call(find('getCart'), owner.ids, owner.token)).status).toBe(200)
    expect((await call(find('getOrder'), owner.ids, owner.ids.orderToken ?? owner.token)).status).toBe(200)
  }
  expect((await call(find('updateAddress'), people.customer.ids, people.customer.token)).status).toBe(200)
  expect((await call(find('listOrders'), {}, people.staff)).status).toBe(200)
})

function strangers(): Record<string, string> {
  return {
    otherCustomer: people.otherCustomer.token,
    otherGuest: people.otherGuest.token,
    forged: `crt_${'z'.repeat(32)}`,
    ended: people.endedSession,
    powerless: people.powerless,
  }
}

function find(operationId: string): Operation {
  const operation = people.operations.find((each) => each.operationId === operationId)
  if (!operation) throw new Error(`Cannot find the operation "${operationId}": the OpenAPI document has none`)
  return operation
}

function call(operation: Operation, ids: Record<string, string>, token: string | undefined) {
  const schema: Schema | undefined = operation.requestBody?.content['application/json']?.schema
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'text')
  const query = operation.parameters.filter((each) => each.in === 'query' && each.name === 'code')
  return send(
    people.shop.origin,
    operation.method,
    query.length > 0 ? `${path}?code=text` : path,
    schema ? plainValue(schema, '', ids) : undefined,
    token,
  )
}

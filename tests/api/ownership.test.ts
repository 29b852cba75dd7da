import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadContracts } from '#runtime/process/modules.ts'
import {
  ADDRESS,
  fingerprints,
  type Operation,
  openPopulatedShop,
  type PopulatedShop,
  type Schema,
  send,
  type Users,
  usersOf,
} from './populated-shop.ts'
import { plainValue } from './schema-values.ts'

/** The ids of the methods with a route, by their users. */
const methods = Map.groupBy(
  (await loadContracts()).flatMap(({ name: module, methods }) =>
    Object.entries(methods).flatMap(([name, spec]) =>
      spec.rest ? [{ id: `${module}.${name}`, users: usersOf(spec) }] : [],
    ),
  ),
  ({ users }) => users,
)
const idsOf = (users: Users) => methods.get(users)!.map(({ id }) => id)

let people: PopulatedShop
beforeAll(async () => {
  people = await openPopulatedShop()
})
afterAll(() => people?.shop.stop())

describe.each(idsOf('owner of a resource'))('%s', (id) => {
  it("gives the same answer for another owner's cart or order and for a missing one, and changes nothing", async () => {
    const operation = find(id)
    const missing = { cartId: `crt_${'0'.repeat(26)}`, orderId: `ord_${'0'.repeat(26)}` }
    const tokens = { ...strangers(), anonymous: undefined }
    for (const owner of ['guest', 'customer'] as const) {
      const { ids } = people[owner]
      for (const [stranger, token] of Object.entries(tokens)) {
        const before = await fingerprints(people.shop)
        const answer = await call(operation, ids, token)
        // 404 as a rule. Some operations refuse the token first, such as adoptCart, which is for customers
        expect.soft([401, 403, 404], `${stranger} of ${owner}'s: ${answer.text}`).toContain(answer.status)
        expect.soft(await fingerprints(people.shop), `${stranger} changed ${owner}'s`).toEqual(before)
        const absent = await call(operation, { ...ids, ...missing }, token)
        expect
          .soft([answer.status, answer.body.code], `${stranger} of ${owner}'s`)
          .toEqual([absent.status, absent.body.code])
      }
    }
  })
})

describe.each(idsOf('customer'))('%s', (id) => {
  it('is for customers only, and does not access the data of another customer', async () => {
    const operation = find(id)
    const before = await fingerprints(people.shop)
    const { otherCustomer: _other, ...rest } = strangers()
    for (const [stranger, token] of Object.entries({ ...rest, anonymous: undefined })) {
      const answer = await call(operation, people.customer.ids, token)
      expect.soft([401, 403], `${stranger}: ${answer.text}`).toContain(answer.status)
    }
    expect(await fingerprints(people.shop)).toEqual(before)
    if (id === 'accounts.updateAddress') {
      const answer = await call(operation, people.customer.ids, people.otherCustomer.token)
      expect([answer.status, answer.body.code]).toEqual([404, 'ADDRESS_NOT_FOUND'])
    }
    if (id === 'accounts.removeAddress')
      await call(operation, people.customer.ids, people.otherCustomer.token)
    if (operation.method === 'GET' && !operation.path.includes('{')) {
      const answer = await call(operation, {}, people.otherCustomer.token)
      expect(answer.status).toBe(200)
      for (const mine of ['addressId', 'orderId', 'cartId'])
        expect(answer.text).not.toContain(people.customer.ids[mine])
    }
    expect(await fingerprints(people.shop)).toEqual(before)
  })
})

describe.each(idsOf('everyone'))('%s', (id) => {
  it('shows nothing that belongs to a customer', async () => {
    const { text } = await call(find(id), people.customer.ids, undefined)
    for (const mine of ['addressId', 'orderId', 'cartId'])
      expect(text).not.toContain(people.customer.ids[mine])
    expect(text).not.toContain(ADDRESS.line1)
  })
})

describe.each(idsOf('staff'))('%s', (id) => {
  it('is refused to all callers without the permission', async () => {
    const before = await fingerprints(people.shop)
    const tokens = {
      ...strangers(),
      customer: people.customer.token,
      guest: people.guest.token,
      anonymous: undefined,
    }
    for (const [stranger, token] of Object.entries(tokens)) {
      const answer = await call(find(id), people.guest.ids, token)
      expect.soft([401, 403], `${stranger}: ${answer.text}`).toContain(answer.status)
    }
    expect(await fingerprints(people.shop)).toEqual(before)
  })
})

it('an ended or invented session is refused on every route that takes a token', async () => {
  const before = await fingerprints(people.shop)
  for (const operation of people.operations) {
    if (usersOf(operation.spec) === 'everyone') continue
    for (const token of [people.endedSession, `ses_${'0'.repeat(32)}`, `key_${'0'.repeat(32)}`]) {
      const answer = await call(operation, people.customer.ids, token)
      expect.soft([answer.status, answer.body.code], operation.id).toEqual([401, 'UNAUTHENTICATED'])
    }
  }
  expect(await fingerprints(people.shop)).toEqual(before)
})

it('owners can access their own data, so the refusals above are meaningful', async () => {
  for (const owner of [people.customer, people.guest]) {
    expect((await call(find('cart.getCart'), owner.ids, owner.token)).status).toBe(200)
    expect((await call(find('orders.getOrder'), owner.ids, owner.ids.orderToken ?? owner.token)).status).toBe(
      200,
    )
  }
  expect(
    (await call(find('accounts.updateAddress'), people.customer.ids, people.customer.token)).status,
  ).toBe(200)
  expect((await call(find('orders.listOrders'), {}, people.staff)).status).toBe(200)
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

function find(id: string): Operation {
  return people.operations.find((operation) => operation.id === id)!
}

function call(operation: Operation, ids: Record<string, string>, token: string | undefined) {
  const schema: Schema | undefined = Object.values(operation.requestBody?.content ?? {})[0]?.schema
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

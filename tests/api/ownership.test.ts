import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadContracts } from '#runtime/process/modules.ts'
import {
  ADDRESS,
  type Audience,
  audienceOf,
  fingerprints,
  type Operation,
  openPopulatedShop,
  type PopulatedShop,
  type Schema,
  send,
} from './populated-shop.ts'
import { plainValue } from './schema-values.ts'

/** The ids of the methods with a route, by their audience. */
const methods = Map.groupBy(
  (await loadContracts()).flatMap(({ name: module, methods }) =>
    Object.entries(methods).flatMap(([name, spec]) =>
      spec.rest ? [{ id: `${module}.${name}`, audience: audienceOf(spec) }] : [],
    ),
  ),
  ({ audience }) => audience,
)
const idsOf = (audience: Audience) => methods.get(audience)!.map(({ id }) => id)

let populated: PopulatedShop
beforeAll(async () => {
  populated = await openPopulatedShop()
})
afterAll(() => populated?.shop.stop())

describe.each(idsOf('owner of a resource'))('%s', (id) => {
  it("gives the same answer for another owner's cart or order and for a missing one, and changes nothing", async () => {
    const operation = find(id)
    const missing = { cartId: `crt_${'0'.repeat(26)}`, orderId: `ord_${'0'.repeat(26)}` }
    const tokens = { ...strangers(), anonymous: undefined }
    for (const owner of ['guest', 'customer'] as const) {
      const { ids } = populated[owner]
      for (const [stranger, token] of Object.entries(tokens)) {
        const before = await fingerprints(populated.shop)
        const answer = await call(operation, ids, token)
        // 404 as a rule. Some operations refuse the token first, such as adoptCart, which is for customers
        expect.soft([401, 403, 404], `${stranger} of ${owner}'s: ${answer.text}`).toContain(answer.status)
        expect.soft(await fingerprints(populated.shop), `${stranger} changed ${owner}'s`).toEqual(before)
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
    const before = await fingerprints(populated.shop)
    const { otherCustomer: _other, ...rest } = strangers()
    for (const [stranger, token] of Object.entries({ ...rest, anonymous: undefined })) {
      const answer = await call(operation, populated.customer.ids, token)
      expect.soft([401, 403], `${stranger}: ${answer.text}`).toContain(answer.status)
    }
    expect(await fingerprints(populated.shop)).toEqual(before)
    if (id === 'accounts.updateAddress') {
      const answer = await call(operation, populated.customer.ids, populated.otherCustomer.token)
      expect([answer.status, answer.body.code]).toEqual([404, 'ADDRESS_NOT_FOUND'])
    }
    // A repeated removal succeeds, so only the unchanged rows show that it removed nothing
    if (id === 'accounts.removeAddress')
      await call(operation, populated.customer.ids, populated.otherCustomer.token)
    if (operation.method === 'GET' && !operation.path.includes('{')) {
      const answer = await call(operation, {}, populated.otherCustomer.token)
      expect(answer.status).toBe(200)
      for (const mine of ['addressId', 'orderId', 'cartId'])
        expect(answer.text).not.toContain(populated.customer.ids[mine])
    }
    expect(await fingerprints(populated.shop)).toEqual(before)
  })
})

describe.each(idsOf('everyone'))('%s', (id) => {
  it('shows nothing that belongs to a customer', async () => {
    const { text } = await call(find(id), populated.customer.ids, undefined)
    for (const mine of ['addressId', 'orderId', 'cartId'])
      expect(text).not.toContain(populated.customer.ids[mine])
    expect(text).not.toContain(ADDRESS.line1)
  })
})

describe.each(idsOf('staff'))('%s', (id) => {
  it('is refused to all callers without the permission', async () => {
    const before = await fingerprints(populated.shop)
    const tokens = {
      ...strangers(),
      customer: populated.customer.token,
      guest: populated.guest.token,
      anonymous: undefined,
    }
    for (const [stranger, token] of Object.entries(tokens)) {
      const answer = await call(find(id), populated.guest.ids, token)
      expect.soft([401, 403], `${stranger}: ${answer.text}`).toContain(answer.status)
    }
    expect(await fingerprints(populated.shop)).toEqual(before)
  })
})

it('an ended or invented session is refused on every route that takes a token', async () => {
  const before = await fingerprints(populated.shop)
  for (const operation of populated.operations) {
    if (audienceOf(operation.spec) === 'everyone') continue
    for (const token of [populated.endedSession, `ses_${'0'.repeat(32)}`, `key_${'0'.repeat(32)}`]) {
      const answer = await call(operation, populated.customer.ids, token)
      expect.soft([answer.status, answer.body.code], operation.id).toEqual([401, 'UNAUTHENTICATED'])
    }
  }
  expect(await fingerprints(populated.shop)).toEqual(before)
})

it('owners can access their own data, so the refusals above are meaningful', async () => {
  for (const owner of [populated.customer, populated.guest]) {
    expect((await call(find('cart.getCart'), owner.ids, owner.token)).status).toBe(200)
    expect((await call(find('orders.getOrder'), owner.ids, owner.ids.orderToken ?? owner.token)).status).toBe(
      200,
    )
  }
  expect(
    (await call(find('accounts.updateAddress'), populated.customer.ids, populated.customer.token)).status,
  ).toBe(200)
  expect((await call(find('orders.listOrders'), {}, populated.staffKey)).status).toBe(200)
})

function strangers(): Record<string, string> {
  return {
    otherCustomer: populated.otherCustomer.token,
    otherGuest: populated.otherGuest.token,
    forged: `crt_${'z'.repeat(32)}`,
    ended: populated.endedSession,
    powerless: populated.powerlessKey,
  }
}

function find(id: string): Operation {
  return populated.operations.find((operation) => operation.id === id)!
}

function call(operation: Operation, ids: Record<string, string>, token: string | undefined) {
  const schema: Schema | undefined = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'text')
  // The coupon to remove, which is the only required parameter in a query
  const needsCode = operation.parameters.some((each) => each.in === 'query' && each.name === 'code')
  return send(
    populated.shop.origin,
    operation.method,
    needsCode ? `${path}?code=text` : path,
    schema ? plainValue(schema, '', ids) : undefined,
    token,
  )
}

import type { ContractMethod } from '#runtime/call/call.ts'
import type { MethodSpec } from '#runtime/contract/contract.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import { openShop, type TestShop, type TestShopOptions } from '#tests/support/shop.ts'

export const ADDRESS = {
  name: 'Ada Buyer',
  line1: 'Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}
const PASSWORD = 'a long password for tests'

/** An operation of the OpenAPI document, with its method. */
export interface Operation {
  /** `module.method`. */
  id: string
  spec: MethodSpec
  method: string
  path: string
  operationId: string
  parameters: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
export type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; type?: string }

export interface Person {
  token: string
  /** Ids of what belongs to them, by the names of the parameters of routes. */
  ids: Record<string, string>
}

/** A shop with callers of every kind. Customers and guests have a cart and an order each. */
export interface PopulatedShop {
  shop: TestShop
  operations: Operation[]
  customer: Person
  otherCustomer: Person
  guest: Person
  otherGuest: Person
  staff: string
  /** A staff key without any valid permission. */
  powerless: string
  endedSession: string
}

export async function openPopulatedShop(
  options: Pick<TestShopOptions, 'loopback' | 'rateLimits'> = {},
): Promise<PopulatedShop> {
  const shop = await openShop({ http: true, ...options })
  await shop.calls.catalog.importProducts({ products: [oneProduct('cup')], dryRun: false })
  const { body: product } = await send(shop.origin, 'GET', '/products/cup')
  const variantId: string = product.variants[0].id
  await shop.calls.inventory.importStock({
    items: [{ variantId, quantity: 1000, backorder: false }],
    overwrite: true,
    dryRun: false,
  })
  const session = async (email: string) => {
    await sendExpectingSuccess(shop.origin, 'POST', '/accounts', { email, password: PASSWORD, name: 'Ada' })
    return (await sendExpectingSuccess(shop.origin, 'POST', '/sessions', { email, password: PASSWORD }))
      .token as string
  }
  const customer = async (email: string) => {
    const token = await session(email)
    const { id } = await sendExpectingSuccess(shop.origin, 'POST', '/accounts/me/addresses', ADDRESS, token)
    return belongings(shop.origin, variantId, token, { addressId: id })
  }
  const endedSession = await session('ended@example.com')
  await sendExpectingSuccess(shop.origin, 'DELETE', '/sessions/current', undefined, endedSession)
  const key = async (email: string, permissions: string[]) =>
    (await shop.calls.accounts.createStaff({ email, name: 'Staff', permissions })).apiKey
  const people = {
    customer: await customer('one@example.com'),
    otherCustomer: await customer('two@example.com'),
    guest: await belongings(shop.origin, variantId),
    otherGuest: await belongings(shop.origin, variantId),
    staff: await key('staff@example.com', ['*']),
    powerless: await key('powerless@example.com', ['nothing']),
    endedSession,
  }
  // The first use of a key is recorded, which would look like a change by the request under test
  for (const token of [people.staff, people.powerless])
    await send(shop.origin, 'GET', '/admin/staff', undefined, token)
  await shop.drain()
  const { body: document } = await send(shop.origin, 'GET', '/openapi.json')
  return { shop, operations: operationsOf(document, shop.shop.dispatcher.methods), ...people }
}

async function belongings(
  origin: string,
  variantId: string,
  token?: string,
  ids: Record<string, string> = {},
): Promise<Person> {
  const ordered = await filledCart(origin, variantId, token)
  const order = await sendExpectingSuccess(
    origin,
    'POST',
    '/orders',
    {
      cartId: ordered.cartId,
      cartVersion: ordered.version,
      payment: { provider: 'test', token: 'tok_ok' },
    },
    ordered.token,
  )
  const open = await filledCart(origin, variantId, token)
  const common = { variantId, handle: 'cup', provider: 'test' }
  if (token) {
    const { cartId, lineId } = open
    return { token, ids: { ...ids, ...common, cartId, lineId, orderId: order.id } }
  }
  // A guest has one token for each cart. The routes of the order need that of the ordered cart
  return {
    token: open.token,
    ids: {
      ...common,
      cartId: open.cartId,
      lineId: open.lineId,
      orderId: order.id,
      orderToken: ordered.token,
    },
  }
}

async function filledCart(origin: string, variantId: string, person?: string) {
  const cart = await sendExpectingSuccess(origin, 'POST', '/carts', {}, person)
  const token: string = person ?? cart.token
  const path = `/carts/${cart.id}`
  await sendExpectingSuccess(origin, 'POST', `${path}/lines`, { variantId, quantity: 1 }, token)
  await sendExpectingSuccess(
    origin,
    'PUT',
    `${path}/contact`,
    { email: 'buyer@example.com', shippingAddress: ADDRESS },
    token,
  )
  const options = await sendExpectingSuccess(origin, 'GET', `${path}/shipping-options`, undefined, token)
  const full = await sendExpectingSuccess(
    origin,
    'PUT',
    `${path}/shipping-option`,
    { shippingOptionId: options.items[0].id },
    token,
  )
  const { version, lines } = full
  return { cartId: cart.id as string, version: version as string, lineId: lines[0].id as string, token }
}

async function sendExpectingSuccess(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
) {
  const answer = await send(origin, method, path, body, token)
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
  return answer.body
}

export async function send(origin: string, method: string, path: string, body?: unknown, token?: string) {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  }
}

type Documented = Omit<Operation, 'id' | 'spec' | 'method' | 'path'>

function operationsOf(
  document: { paths: Record<string, Record<string, Documented>> },
  methods: readonly ContractMethod[],
): Operation[] {
  return methods.flatMap(({ id, spec }) => {
    if (!spec.rest) return []
    const { method, path } = spec.rest
    return [{ ...document.paths[path]![method.toLowerCase()]!, id, spec, method, path }]
  })
}

/** The callers that may use a method, according to its contract. */
export type Users = 'everyone' | 'owner of a resource' | 'customer' | 'staff'

export function usersOf({ access, resourceToken }: MethodSpec): Users {
  if (access.startsWith('staff:')) return 'staff'
  if (resourceToken !== undefined) return 'owner of a resource'
  return access === 'customer' ? 'customer' : 'everyone'
}

/**
 * A checksum of the rows of each table, which differs after any change of any row. Leaves out the tables that count attempts
 * at log-in and at coupons, because even refused requests change those on purpose.
 */
export async function fingerprints(shop: TestShop): Promise<Record<string, string>> {
  const tables = await shop.sql<{ name: string }[]>`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') and tablename !~ '(attempt|coupon_try)' order by 1`
  const query = tables
    .map(
      ({ name }) =>
        `select '${name}' as name, count(*) || '/' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from ${name} t`,
    )
    .join(' union all ')
  const rows = (await shop.sql.unsafe(query)) as unknown as { name: string; sum: string }[]
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]))
}

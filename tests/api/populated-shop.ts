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

/** A customer or a guest with an open cart and an order. */
export interface Shopper {
  /** The customer's session token, or the token of the guest's open cart. */
  token: string
  /**
   * Values for the parameters of routes, by their names: the ids of the shopper's cart, order and address, and of the
   * product. `orderToken`, only of a guest: the token of the ordered cart, which opens the order.
   */
  ids: Record<string, string>
}

/** A shop with one product, and with callers of every kind. */
export interface PopulatedShop {
  shop: TestShop
  operations: Operation[]
  customer: Shopper
  otherCustomer: Shopper
  guest: Shopper
  otherGuest: Shopper
  /** The API key of a staff member with all permissions. */
  staffKey: string
  /** The API key of a staff member without a permission that any method needs. */
  powerlessKey: string
  /** The token of a session that was logged out. */
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
  const logIn = async (email: string) => {
    await sendExpectingSuccess(shop.origin, 'POST', '/accounts', { email, password: PASSWORD, name: 'Ada' })
    return (await sendExpectingSuccess(shop.origin, 'POST', '/sessions', { email, password: PASSWORD }))
      .token as string
  }
  const createCustomer = async (email: string) => {
    const token = await logIn(email)
    const { id } = await sendExpectingSuccess(shop.origin, 'POST', '/accounts/me/addresses', ADDRESS, token)
    return createShopper(shop.origin, variantId, token, { addressId: id })
  }
  const endedSession = await logIn('ended@example.com')
  await sendExpectingSuccess(shop.origin, 'DELETE', '/sessions/current', undefined, endedSession)
  const createStaff = async (email: string, permissions: string[]) =>
    (await shop.calls.accounts.createStaff({ email, name: 'Staff', permissions })).apiKey
  const callers = {
    customer: await createCustomer('one@example.com'),
    otherCustomer: await createCustomer('two@example.com'),
    guest: await createShopper(shop.origin, variantId),
    otherGuest: await createShopper(shop.origin, variantId),
    staffKey: await createStaff('staff@example.com', ['*']),
    powerlessKey: await createStaff('powerless@example.com', ['nothing']),
    endedSession,
  }
  // The first use of a key is recorded, which would look like a change by the request under test
  for (const token of [callers.staffKey, callers.powerlessKey])
    await send(shop.origin, 'GET', '/admin/staff', undefined, token)
  await shop.drain()
  const { body: document } = await send(shop.origin, 'GET', '/openapi.json')
  return { shop, operations: operationsOf(document, shop.shop.dispatcher.methods), ...callers }
}

/** Places an order and fills another cart, as the customer with this session token. Default: as a guest. */
async function createShopper(
  origin: string,
  variantId: string,
  sessionToken?: string,
  ids: Record<string, string> = {},
): Promise<Shopper> {
  const ordered = await fillCart(origin, variantId, sessionToken)
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
  const open = await fillCart(origin, variantId, sessionToken)
  const common = { variantId, handle: 'cup', provider: 'test' }
  if (sessionToken) {
    const { cartId, lineId } = open
    return { token: sessionToken, ids: { ...ids, ...common, cartId, lineId, orderId: order.id } }
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

/** Creates a cart that can be ordered. Returns the token that opens it: `sessionToken`, or that of the guest's cart. */
async function fillCart(origin: string, variantId: string, sessionToken?: string) {
  const cart = await sendExpectingSuccess(origin, 'POST', '/carts', {}, sessionToken)
  const token: string = sessionToken ?? cart.token
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

/** Sends a request to a route of the API, by its path after `/api/v1`. */
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

/** The callers that have access to a method, according to its contract. */
export type Audience = 'everyone' | 'owner of a resource' | 'customer' | 'staff'

export function audienceOf({ access, resourceToken }: MethodSpec): Audience {
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

import type { HttpClient } from './load.ts'

const CONTACT = {
  email: 'buyer@example.com',
  shippingAddress: {
    name: 'Ada Buyer',
    line1: 'Street 1',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
}

/** A cart that can be ordered, and its version. */
export interface FilledCart {
  id: string
  token: string
  version: string
}

/** Creates a cart with one line, in two API calls. */
export async function openCart(client: HttpClient, variantId: string): Promise<void> {
  const cart = (await client.send('POST', '/api/v1/carts', 201, {})) as { id: string; token: string }
  const headers = { authorization: `Bearer ${cart.token}` }
  await client.send('POST', `/api/v1/carts/${cart.id}/lines`, 201, { variantId, quantity: 1 }, headers)
}

/** Creates a cart that can be ordered, with two lines, contact and shipping option, in six API calls. */
export async function fillCart(
  client: HttpClient,
  variantIds: readonly string[],
  n: number,
): Promise<FilledCart> {
  const cart = (await client.send('POST', '/api/v1/carts', 201, {})) as { id: string; token: string }
  const headers = { authorization: `Bearer ${cart.token}` }
  const path = `/api/v1/carts/${cart.id}`
  const first = (n * 7919) % variantIds.length
  const second = (first + 1 + ((n * 104_729) % (variantIds.length - 1))) % variantIds.length
  await client.send('POST', `${path}/lines`, 201, { variantId: variantIds[first], quantity: 1 }, headers)
  await client.send('POST', `${path}/lines`, 201, { variantId: variantIds[second], quantity: 2 }, headers)
  await client.send('PUT', `${path}/contact`, 200, CONTACT, headers)
  const { items } = (await client.getJson(`${path}/shipping-options`, headers)) as { items: { id: string }[] }
  const choice = { shippingOptionId: items[0]!.id }
  const filled = await client.send('PUT', `${path}/shipping-option`, 200, choice, headers)
  return { ...cart, version: (filled as { version: string }).version }
}

export async function placeOrder(client: HttpClient, cart: FilledCart): Promise<void> {
  const order = (await client.send(
    'POST',
    '/api/v1/orders',
    201,
    { cartId: cart.id, cartVersion: cart.version, payment: { provider: 'test', token: 'tok_ok' } },
    { authorization: `Bearer ${cart.token}`, 'idempotency-key': cart.id },
  )) as { status: string }
  if (order.status !== 'confirmed')
    throw new Error(`Cannot measure: an order is ${order.status}, not confirmed`)
}

/** An answer of the API. */
export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of all shapes
  body: any
}

const ADDRESS = { name: 'Ada Buyer', line1: 'Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' }

/** A cart that is ready to be ordered at this version. */
export interface FilledCart {
  id: string
  /** Opens the cart: its own token, or that of the customer's session. */
  token: string
  version: string
}

/** Calls the public API over HTTP, as a buyer's client does. */
export class ApiClient {
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    const response = await fetch(`${this.#origin}/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  /**
   * Creates a cart with these lines, and sets contact and shipping, so that it can be ordered. `session`: the token of a
   * customer's session. Without it the cart is a guest's.
   */
  async fillCart(lines: { variantId: string; quantity: number }[], session?: string): Promise<FilledCart> {
    const withToken = (token: string) => ({ authorization: `Bearer ${token}` })
    const { body: cart } = await this.#callOrThrow('POST', '/carts', {}, session ? withToken(session) : {})
    const token: string = session ?? cart.token
    const headers = withToken(token)
    const path = `/carts/${cart.id}`
    for (const line of lines) await this.#callOrThrow('POST', `${path}/lines`, line, headers)
    await this.#callOrThrow(
      'PUT',
      `${path}/contact`,
      { email: 'buyer@example.com', shippingAddress: ADDRESS },
      headers,
    )
    const { body: options } = await this.#callOrThrow('GET', `${path}/shipping-options`, undefined, headers)
    const choice = { shippingOptionId: options.items[0].id }
    const { body: filled } = await this.#callOrThrow('PUT', `${path}/shipping-option`, choice, headers)
    return { id: cart.id, token, version: filled.version }
  }

  /** `paymentToken` is a token of the test provider, `key` the idempotency key. */
  placeOrder(cart: FilledCart, paymentToken = 'tok_ok', key = cart.id): Promise<Answer> {
    return this.call(
      'POST',
      '/orders',
      { cartId: cart.id, cartVersion: cart.version, payment: { provider: 'test', token: paymentToken } },
      { authorization: `Bearer ${cart.token}`, 'idempotency-key': key },
    )
  }

  async #callOrThrow(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const answer = await this.call(method, path, body, headers)
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer
  }
}

import { Agent, request } from 'undici'

/** A request that got no answer, or one with a status of 400 or above; or a visit that could not use an answer. */
export interface FailedRequest {
  /** Method and path, or `a visit`. */
  request: string
  reason: string
  /** Time of the request or the end of the visit, in milliseconds since the load began. */
  atMs: number
}

export interface LoadReport {
  requests: number
  orders: { id: string; token: string }[]
  failed: FailedRequest[]
  /** Durations of the answered requests, in milliseconds. */
  p50: number
  p99: number
  max: number
}

const ADDRESS = { name: 'Ada Buyer', line1: 'Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' }
const TICK_MS = 10

/** A failed request, which `#send` has recorded. */
class RequestError extends Error {}

/**
 * Load of visitors who arrive at a fixed rate, whether earlier ones have been answered or not. One in `checkoutEvery`
 * buys something, which takes six requests; the others request a page or the API. Connections are reused, except those
 * of a tenth of the requests.
 */
export class OpenLoop {
  readonly #origin: string
  readonly #agent = new Agent({ connections: 50, keepAliveTimeout: 60_000 })
  readonly #running = new Set<Promise<void>>()
  readonly #times: number[] = []
  readonly #failed: FailedRequest[] = []
  readonly #orders: { id: string; token: string }[] = []
  #requests = 0
  #visitors = 0
  #began = 0
  #timer: NodeJS.Timeout | undefined

  constructor(origin: string) {
    this.#origin = origin
  }

  /** `rate` is in requests per second. */
  async start(rate: number, checkoutEvery: number): Promise<void> {
    const variantIds = await this.#availableVariantIds()
    const requestsPerVisitor = 1 + 5 / checkoutEvery
    this.#began = performance.now()
    let due = 0
    let last = this.#began
    this.#timer = setInterval(() => {
      const now = performance.now()
      due += ((now - last) / 1000) * (rate / requestsPerVisitor)
      last = now
      for (; due >= 1; due--) this.#addVisitor(checkoutEvery, variantIds)
    }, TICK_MS)
  }

  /** Number of orders that have been acknowledged so far. */
  get orderCount(): number {
    return this.#orders.length
  }

  /** Milliseconds since the load began, as in `FailedRequest.atMs`. */
  get elapsedMs(): number {
    return performance.now() - this.#began
  }

  /** Lets no further visitors arrive, and waits for the current ones. */
  async stop(): Promise<LoadReport> {
    clearInterval(this.#timer)
    await Promise.all(this.#running)
    await this.#agent.close()
    const times = this.#times.toSorted((a, b) => a - b)
    const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0)
    return {
      requests: this.#requests,
      orders: this.#orders,
      failed: this.#failed,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1),
    }
  }

  #addVisitor(checkoutEvery: number, variantIds: readonly string[]): void {
    const number = this.#visitors++
    const visit =
      number % checkoutEvery === 0 ? this.#buy(variantIds[number % variantIds.length]!) : this.#browse(number)
    const running = visit
      .catch((error: unknown) => {
        if (error instanceof RequestError) return
        // The shop answered, but not as this visitor expects
        this.#failed.push({ request: 'a visit', reason: String(error), atMs: Math.round(this.elapsedMs) })
      })
      .finally(() => {
        this.#running.delete(running)
      })
    this.#running.add(running)
  }

  async #browse(number: number): Promise<void> {
    const pages = ['/', '/api/v1/products?limit=5', '/cart', '/api/v1/categories']
    await this.#send('GET', pages[number % pages.length]!)
  }

  async #buy(variantId: string): Promise<void> {
    const cart = (await this.#send('POST', '/api/v1/carts', {})) as { id: string; token: string }
    const path = `/api/v1/carts/${cart.id}`
    const authorization = `Bearer ${cart.token}`
    await this.#send('POST', `${path}/lines`, { variantId, quantity: 1 }, { authorization })
    const contact = { email: 'buyer@example.com', shippingAddress: ADDRESS }
    await this.#send('PUT', `${path}/contact`, contact, { authorization })
    const shipping = (await this.#send('GET', `${path}/shipping-options`, undefined, { authorization })) as {
      items: { id: string }[]
    }
    const shippingOptionId = shipping.items[0]!.id
    const filled = (await this.#send(
      'PUT',
      `${path}/shipping-option`,
      { shippingOptionId },
      { authorization },
    )) as { version: string }
    const order = (await this.#send(
      'POST',
      '/api/v1/orders',
      { cartId: cart.id, cartVersion: filled.version, payment: { provider: 'test', token: 'tok_ok' } },
      { authorization, 'idempotency-key': cart.id },
    )) as { id: string }
    this.#orders.push({ id: order.id, token: cart.token })
  }

  async #send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    const began = performance.now()
    const hasOwnConnection = this.#requests++ % 10 === 0
    const fail = (reason: string): RequestError => {
      const failed = `${method} ${path.replace(/crt_\w+/, '…')}`
      this.#failed.push({ request: failed, reason, atMs: Math.round(began - this.#began) })
      return new RequestError(reason)
    }
    let answer: { statusCode: number; text: string }
    try {
      const response = await request(`${this.#origin}${path}`, {
        method: method as 'GET',
        dispatcher: this.#agent,
        reset: hasOwnConnection,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      answer = { statusCode: response.statusCode, text: await response.body.text() }
    } catch (error) {
      throw fail(String(error))
    }
    this.#times.push(performance.now() - began)
    if (answer.statusCode >= 400) throw fail(`${answer.statusCode} ${answer.text.slice(0, 300)}`)
    return path.startsWith('/api/') ? JSON.parse(answer.text) : undefined
  }

  async #availableVariantIds(): Promise<string[]> {
    const { items } = (await this.#send('GET', '/api/v1/products?available=true&limit=50')) as {
      items: { variants: { id: string; available: boolean }[] }[]
    }
    return items.flatMap(({ variants }) => variants.filter(({ available }) => available).map(({ id }) => id))
  }
}

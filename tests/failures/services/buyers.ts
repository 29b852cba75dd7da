import { pick, seededRandom } from '#shared/random.ts'
import { type Answer, ApiClient } from '#tests/support/api-client.ts'
import type { RunningTestProvider } from '#tests/support/test-provider.ts'
import { pause } from './open-services.ts'

/** An order for which a buyer received an answer. */
export interface Acknowledged {
  id: string
  cartId: string
  bearer: string
  /** The status that the buyer received last. */
  status: string
}

interface OrderBody {
  cartId: string
  cartVersion: string
  payment: { provider: string; token: string }
}

export interface Buyers {
  acknowledged: Acknowledged[]
  /** Unexpected answers. */
  surprises: string[]
  /** Number of purchases by result. */
  ends: Record<string, number>
  /** Number of retries, after no answer or a transient error. */
  repeats: number
  /** The longest time that a buyer waited for the answer to an order, in milliseconds. */
  longestOrderMs: number
  stop(): Promise<void>
}

const TOKENS = ['tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_declined', 'tok_flaky', 'tok_requires_action']
const ADDRESS = { name: 'Ada Buyer', line1: 'Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' }
const TIMEOUT_MS = 90_000
const ATTEMPT_TIMEOUT_MS = 30_000
const ORDER_ATTEMPTS = 5

class UnexpectedAnswer extends Error {}

/**
 * Starts buyers, each of which makes one purchase after the other until `stop`. They retry requests without a definite
 * answer with the same Idempotency-Key, as a careful client does. `seed` determines what they buy and how they pay.
 */
export function startBuyers(options: {
  origin: string
  provider: RunningTestProvider
  variantIds: string[]
  count: number
  seed: number
}): Buyers {
  const { origin, provider, variantIds, count, seed } = options
  const client = new ApiClient(origin)
  let stopped = false
  const buyers: Buyers = {
    acknowledged: [],
    surprises: [],
    ends: {},
    repeats: 0,
    longestOrderMs: 0,
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
  const running = Array.from({ length: count }, (_, index) => buyRepeatedly(index))
  return buyers

  async function buyRepeatedly(index: number): Promise<void> {
    const random = seededRandom(seed * 1000 + index)
    for (let nth = 0; !stopped; nth++) {
      try {
        const end = await buy(random, `${seed}-${index}-${nth}-${Date.now()}`)
        buyers.ends[end] = (buyers.ends[end] ?? 0) + 1
      } catch (error) {
        buyers.surprises.push(
          String(error instanceof UnexpectedAnswer ? error.message : (error as Error).stack),
        )
      }
    }
  }

  async function buy(random: () => number, name: string): Promise<string> {
    const cart = await expectStatus(201, 'POST', '/carts', {}, { key: `${name}-cart` })
    const bearer: string = cart.body.token
    const path = `/carts/${cart.body.id}`
    const kinds = 1 + Math.floor(random() * 2)
    for (let line = 0; line < kinds; line++) {
      const body = { variantId: pick(random, variantIds), quantity: 1 + Math.floor(random() * 2) }
      const added = await retryUntilAnswered('POST', `${path}/lines`, body, {
        bearer,
        key: `${name}-line-${line}`,
      })
      if (added.status === 409) return 'sold out'
      if (added.status !== 201) throw surprise(added, 'POST lines')
    }
    const contact = { email: `${name}@example.com`, shippingAddress: ADDRESS }
    await expectStatus(200, 'PUT', `${path}/contact`, contact, { bearer, key: `${name}-contact` })
    const options = await expectStatus(200, 'GET', `${path}/shipping-options`, undefined, { bearer })
    const shippingOptionId = options.body.items[0].id
    const filled = await expectStatus(
      200,
      'PUT',
      `${path}/shipping-option`,
      { shippingOptionId },
      { bearer, key: `${name}-shipping` },
    )

    const token = pick(random, TOKENS)
    const began = performance.now()
    const answer = await order(
      { cartId: cart.body.id, cartVersion: filled.body.version, payment: { provider: 'test', token } },
      bearer,
      name,
    )
    buyers.longestOrderMs = Math.max(buyers.longestOrderMs, performance.now() - began)
    if (answer.status === 402 && token === 'tok_declined') return 'declined'
    if (answer.status === 409 && answer.body.code === 'OUT_OF_STOCK') return 'sold out'
    if (answer.status !== 201) throw surprise(answer, `POST orders with ${token}`)
    const placed: Acknowledged = {
      id: answer.body.id,
      cartId: cart.body.id,
      bearer,
      status: answer.body.status,
    }
    buyers.acknowledged.push(placed)
    if (placed.status === 'pending') return decideAtBank(placed, answer.body, random, name)
    return random() < 0.1 ? cancel(placed, name) : placed.status
  }

  /** Orders again with a new key when an earlier attempt has released the cart meanwhile, which then counts as changed. */
  async function order(body: OrderBody, bearer: string, name: string): Promise<Answer> {
    let { cartVersion } = body
    for (let attempt = 1; ; attempt++) {
      const answer = await retryUntilAnswered(
        'POST',
        '/orders',
        { ...body, cartVersion },
        {
          bearer,
          key: `${name}-order-${attempt}`,
        },
      )
      if (answer.body?.code !== 'CART_CHANGED' || attempt === ORDER_ATTEMPTS) return answer
      // The failure asks for this: prices that could not be read before may have changed
      const current = await expectStatus(200, 'GET', `/carts/${body.cartId}`, undefined, { bearer })
      cartVersion = current.body.version
    }
  }

  /** At the page of the bank: confirms the payment, cancels the order, or leaves it pending. Returns the result. */
  async function decideAtBank(
    order: Acknowledged,
    body: unknown,
    random: () => number,
    name: string,
  ): Promise<string> {
    const choice = random()
    if (choice < 0.3) return 'left pending'
    if (choice < 0.55) return cancel(order, name)
    const intentId = /pay_[0-9a-z]+/.exec(JSON.stringify(body))?.[0]
    if (!intentId) return 'pending without an action'
    await fetch(`${provider.url}/charges/${intentId}/decide`, {
      method: 'POST',
      body: JSON.stringify({ decision: 'confirm' }),
    })
    for (let tries = 0; tries < 300; tries++) {
      const { body: now } = await expectStatus(
        200,
        'POST',
        `/orders/${order.id}/confirm-payment`,
        undefined,
        {
          bearer: order.bearer,
          key: `${name}-confirm-${tries}`,
        },
      )
      order.status = now.status
      if (now.status !== 'pending') return `${now.status} after an action`
      await pause(100)
    }
    throw new UnexpectedAnswer(`order ${order.id} stays pending although its payment was confirmed`)
  }

  async function cancel(order: Acknowledged, name: string): Promise<string> {
    const answer = await retryUntilAnswered('POST', `/orders/${order.id}/cancel`, undefined, {
      bearer: order.bearer,
      key: `${name}-cancel`,
    })
    if (answer.status !== 200) throw surprise(answer, 'POST cancel')
    // The cancellation may still be running while the provider does not answer
    order.status = 'cancelled'
    return 'cancelled'
  }

  async function expectStatus(
    status: number,
    method: string,
    path: string,
    body: unknown,
    credentials: { bearer?: string; key?: string },
  ): Promise<Answer> {
    const answer = await retryUntilAnswered(method, path, body, credentials)
    if (answer.status !== status) throw surprise(answer, `${method} ${path}`)
    return answer
  }

  /** Retries a request until it has a definite answer. */
  async function retryUntilAnswered(
    method: string,
    path: string,
    body: unknown,
    { bearer, key }: { bearer?: string; key?: string },
  ): Promise<Answer> {
    const headers = {
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      // A key must have at least 20 characters
      ...(key ? { 'idempotency-key': `of the buyer ${key}` } : {}),
    }
    const began = Date.now()
    const refusals = new Map<string, { count: number; firstMs: number; lastMs: number }>()
    for (let last = ''; ; ) {
      try {
        const answer = await client.call(method, path, body, headers, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS))
        if (answer.status < 500 && answer.status !== 429) return answer
        last = `${answer.status} ${answer.body?.code}: ${answer.body?.detail}`
        if (answer.body?.code === 'INTERNAL') buyers.surprises.push(`${method} ${path}: ${last}`)
      } catch (error) {
        last = String((error as Error).cause ?? error)
      }
      const lastMs = Date.now() - began
      const refusal = refusals.get(last) ?? { count: 0, firstMs: lastMs, lastMs }
      refusals.set(last, { ...refusal, count: refusal.count + 1, lastMs })
      if (lastMs > TIMEOUT_MS) {
        const all = [...refusals].map(
          ([what, { count, firstMs, lastMs }]) => `${count} times after ${firstMs} to ${lastMs} ms: ${what}`,
        )
        // With the id of the cart, the report finds the order
        const cartId = /crt_[0-9a-z]+/.exec(path + JSON.stringify(body))?.[0]
        throw new UnexpectedAnswer(
          [`${method} ${path} of ${cartId} was not answered for ${TIMEOUT_MS / 1000} s`, ...all].join(
            '\n    ',
          ),
        )
      }
      buyers.repeats++
      await pause(100)
    }
  }

  function surprise({ status, body }: Answer, what: string): UnexpectedAnswer {
    return new UnexpectedAnswer(`${what} answered ${status} ${body?.code}: ${body?.detail}`)
  }
}

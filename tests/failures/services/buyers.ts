import { type Answer, ApiClient } from '#tests/support/api-client.ts'
import { oneOf, randomFrom } from '#tests/support/random.ts'
import type { RunningTestProvider } from '#tests/support/test-provider.ts'
import { pause } from './running.ts'

/** An order that a buyer was told of. */
export interface Acknowledged {
  id: string
  cartId: string
  bearer: string
  /** What the buyer was told last. */
  status: string
}

export interface Buyers {
  acknowledged: Acknowledged[]
  /** Answers that no careful buyer should get. */
  surprises: string[]
  /** Purchases by how they ended. */
  ends: Record<string, number>
  /** Repeats of requests that had no answer, or one that says "try again". */
  repeats: number
  /** The longest that a buyer waited for the answer to one order, in milliseconds. */
  longestOrderMs: number
  stop(): Promise<void>
}

const TOKENS = ['tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_declined', 'tok_flaky', 'tok_requires_action']
const ADDRESS = { name: 'Ada Buyer', line1: 'Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' }
const PATIENCE_MS = 90_000
const ANSWER_PATIENCE_MS = 30_000
const ORDER_ATTEMPTS = 5

class GaveUp extends Error {}

/**
 * Buyers who buy one after the other until they are stopped. Each repeats what got no clear answer, with the same
 * Idempotency-Key, as a careful client does. `seed` decides what they buy and how they pay.
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
  const running = Array.from({ length: count }, (_, index) => buyOnAndOn(index))
  return buyers

  async function buyOnAndOn(index: number): Promise<void> {
    const random = randomFrom(seed * 1000 + index)
    for (let nth = 0; !stopped; nth++) {
      try {
        const end = await buy(random, `${seed}-${index}-${nth}-${Date.now()}`)
        buyers.ends[end] = (buyers.ends[end] ?? 0) + 1
      } catch (error) {
        buyers.surprises.push(String(error instanceof GaveUp ? error.message : (error as Error).stack))
      }
    }
  }

  async function buy(random: () => number, name: string): Promise<string> {
    const cart = await must(201, 'POST', '/carts', {}, { key: `${name}-cart` })
    const bearer: string = cart.body.token
    const path = `/carts/${cart.body.id}`
    const kinds = 1 + Math.floor(random() * 2)
    for (let line = 0; line < kinds; line++) {
      const body = { variantId: oneOf(variantIds, random), quantity: 1 + Math.floor(random() * 2) }
      const added = await persist('POST', `${path}/lines`, body, { bearer, key: `${name}-line-${line}` })
      if (added.status === 409) return 'sold out'
      if (added.status !== 201) throw surprise(added, 'POST lines')
    }
    const contact = { email: `${name}@example.com`, shippingAddress: ADDRESS }
    await must(200, 'PUT', `${path}/contact`, contact, { bearer, key: `${name}-contact` })
    const options = await must(200, 'GET', `${path}/shipping-options`, undefined, { bearer })
    const shippingOptionId = options.body.items[0].id
    const filled = await must(
      200,
      'PUT',
      `${path}/shipping-option`,
      { shippingOptionId },
      { bearer, key: `${name}-shipping` },
    )

    const token = oneOf(TOKENS, random)
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
    if (placed.status === 'pending') return act(placed, answer.body, random, name)
    return random() < 0.1 ? cancel(placed, name) : placed.status
  }

  /** A cart that an earlier attempt has let go meanwhile counts as changed: it is ordered once more, with a key of its own. */
  async function order(body: unknown, bearer: string, name: string): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await persist('POST', '/orders', body, { bearer, key: `${name}-order-${attempt}` })
      if (answer.body?.code !== 'CART_CHANGED' || attempt === ORDER_ATTEMPTS) return answer
    }
  }

  /** At the bank's page: confirms, gives up, or leaves. */
  async function act(
    order: Acknowledged,
    body: unknown,
    random: () => number,
    name: string,
  ): Promise<string> {
    const what = random()
    if (what < 0.3) return 'left pending'
    if (what < 0.55) return cancel(order, name)
    const intentId = /pay_[0-9a-z]+/.exec(JSON.stringify(body))?.[0]
    if (!intentId) return 'pending without an action'
    await fetch(`${provider.url}/charges/${intentId}/decide`, {
      method: 'POST',
      body: JSON.stringify({ decision: 'confirm' }),
    })
    for (let tries = 0; tries < 300; tries++) {
      const { body: now } = await must(200, 'POST', `/orders/${order.id}/confirm-payment`, undefined, {
        bearer: order.bearer,
        key: `${name}-confirm-${tries}`,
      })
      order.status = now.status
      if (now.status !== 'pending') return `${now.status} after an action`
      await pause(100)
    }
    throw new GaveUp(`order ${order.id} stays pending although its payment was confirmed`)
  }

  async function cancel(order: Acknowledged, name: string): Promise<string> {
    const answer = await persist('POST', `/orders/${order.id}/cancel`, undefined, {
      bearer: order.bearer,
      key: `${name}-cancel`,
    })
    if (answer.status !== 200) throw surprise(answer, 'POST cancel')
    // It may be under way still, while the provider does not answer.
    order.status = 'cancelled'
    return 'cancelled'
  }

  async function must(
    status: number,
    method: string,
    path: string,
    body: unknown,
    more: { bearer?: string; key?: string },
  ): Promise<Answer> {
    const answer = await persist(method, path, body, more)
    if (answer.status !== status) throw surprise(answer, `${method} ${path}`)
    return answer
  }

  /** Asks until there is a clear answer. */
  async function persist(
    method: string,
    path: string,
    body: unknown,
    { bearer, key }: { bearer?: string; key?: string },
  ): Promise<Answer> {
    const headers = {
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      // A key has 20 characters at least.
      ...(key ? { 'idempotency-key': `of the buyer ${key}` } : {}),
    }
    const began = Date.now()
    const refusals = new Map<string, { count: number; firstMs: number; lastMs: number }>()
    for (let last = ''; ; ) {
      try {
        const answer = await client.call(method, path, body, headers, AbortSignal.timeout(ANSWER_PATIENCE_MS))
        if (answer.status < 500 && answer.status !== 429) return answer
        last = `${answer.status} ${answer.body?.code}: ${answer.body?.detail}`
        if (answer.body?.code === 'INTERNAL') buyers.surprises.push(`${method} ${path}: ${last}`)
      } catch (error) {
        last = String((error as Error).cause ?? error)
      }
      const lastMs = Date.now() - began
      const refusal = refusals.get(last) ?? { count: 0, firstMs: lastMs, lastMs }
      refusals.set(last, { ...refusal, count: refusal.count + 1, lastMs })
      if (lastMs > PATIENCE_MS) {
        const all = [...refusals].map(
          ([what, { count, firstMs, lastMs }]) => `${count} times after ${firstMs} to ${lastMs} ms: ${what}`,
        )
        // The cart's id lets the report find the order.
        const about = /crt_[0-9a-z]+/.exec(path + JSON.stringify(body))?.[0]
        throw new GaveUp(
          [`${method} ${path} of ${about} was not answered for ${PATIENCE_MS / 1000} s`, ...all].join(
            '\n    ',
          ),
        )
      }
      buyers.repeats++
      await pause(100)
    }
  }

  function surprise({ status, body }: Answer, what: string): GaveUp {
    return new GaveUp(`${what} answered ${status} ${body?.code}: ${body?.detail}`)
  }
}

import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type Stripe from 'stripe'
import { type Random, seededRandom, shuffle } from './random.ts'

export interface Endpoint {
  url: string
  /** The signing secrets. During a rotation there are two, and each signs. */
  secrets: string[]
  /** The types of events that it receives. Default: all. */
  events?: string[]
  /** Whether it belongs to live mode. Default: test mode. */
  livemode?: boolean
}

export interface DeliverySettings {
  /** `after`: answers do not wait for webhooks. `before`: an answer waits until its webhooks are delivered. `held`: a release sends them. */
  mode: 'after' | 'before' | 'held'
  /** How many times each event is sent, in parallel. */
  copies: number
  /** The share of events that are never sent, from 0 to 1. */
  drop: number
  /** Each copy waits for a random time of up to this, in milliseconds. So events overtake each other. */
  maxDelayMs: number
  /** `wrong` signs with a secret that the shop does not know. */
  secret: 'right' | 'wrong'
  /** How old the signature's time is, in seconds. */
  ageSeconds: number
  /** How often a delivery is tried until it gets a 2xx. */
  attempts: number
  /** The pause before the first retry, in milliseconds. It doubles each time. */
  retryMs: number
}

/** One attempt to deliver an event. */
export interface Attempt {
  event: string
  type: string
  url: string
  /** The status of the answer; 0 without an answer. */
  status: number
}

const TIMEOUT_MS = 10_000

/** Signs and sends events to the endpoints. */
export class WebhookSender {
  readonly settings: DeliverySettings = {
    mode: 'after',
    copies: 1,
    drop: 0,
    maxDelayMs: 0,
    secret: 'right',
    ageSeconds: 0,
    attempts: 4,
    retryMs: 100,
  }
  endpoints: Endpoint[] = []
  readonly attempts: Attempt[] = []
  readonly #random: Random
  readonly #now: () => number
  readonly #sending = new Set<Promise<void>>()
  readonly #held: Stripe.Event[] = []

  /** `now` gives the emulator's time in seconds. */
  constructor(seed: number, now: () => number) {
    this.#random = seededRandom(seed ^ 0xe7e47)
    this.#now = now
  }

  /** Sends or holds a new event, or drops it. */
  accept(event: Stripe.Event): void {
    const isDropped = this.#random() < this.settings.drop
    event.pending_webhooks = this.#endpointsOf(event).length
    if (isDropped) return
    if (this.settings.mode === 'held') this.#held.push(event)
    else this.send(event)
  }

  /** Sends what is held, in this order, without waiting for the answers. Returns how many events. */
  release(order: 'given' | 'reversed' | 'shuffled'): number {
    const events = this.#held.splice(0)
    if (order === 'reversed') events.reverse()
    if (order === 'shuffled') shuffle(events, this.#random)
    for (const event of events) this.send(event)
    return events.length
  }

  /** Sends an event to its endpoints. */
  send(event: Stripe.Event): void {
    for (const endpoint of this.#endpointsOf(event)) {
      for (let copy = 0; copy < this.settings.copies; copy++) {
        const sending = this.#deliver(event, endpoint, this.#random() * this.settings.maxDelayMs)
        this.#sending.add(sending)
        sending.finally(() => this.#sending.delete(sending))
      }
    }
  }

  /** Waits until each event that was sent is delivered or given up. */
  async idle(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending)
  }

  async #deliver(event: Stripe.Event, endpoint: Endpoint, delayMs: number): Promise<void> {
    const { attempts, retryMs } = this.settings
    if (delayMs > 0) await sleep(delayMs)
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const status = await this.#post(event, endpoint)
      this.attempts.push({ event: event.id, type: event.type, url: endpoint.url, status })
      if (status >= 200 && status < 300) {
        event.pending_webhooks = Math.max(0, event.pending_webhooks - 1)
        return
      }
      if (attempt < attempts) await sleep(retryMs * 2 ** (attempt - 1))
    }
  }

  async #post(event: Stripe.Event, { url, secrets }: Endpoint): Promise<number> {
    const body = JSON.stringify(event, null, 2)
    const { secret, ageSeconds } = this.settings
    const keys = secret === 'right' ? secrets : ['whsec_of_another_endpoint']
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': sign(body, keys, this.#now() - ageSeconds),
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }

  #endpointsOf(event: Stripe.Event): Endpoint[] {
    return this.endpoints.filter(
      ({ events, livemode = false }) =>
        livemode === event.livemode && (!events || events.includes(event.type) || events.includes('*')),
    )
  }
}

/** The header `Stripe-Signature`: the time, and the HMAC-SHA256 of time and body by each secret. */
function sign(body: string, secrets: string[], timestamp: number): string {
  const signatures = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex'),
  )
  return [`t=${timestamp}`, ...signatures.map((signature) => `v1=${signature}`)].join(',')
}

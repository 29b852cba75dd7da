import type Stripe from 'stripe'
import { missing } from './api-error.ts'
import { seededRandom } from './random.ts'
import type { TestMethod } from './test-methods.ts'

/** The API version that the emulator speaks: the one that the SDK in package.json pins. */
export const apiVersion = '2026-10-28.endive'

/** The objects of the emulator by their `object` member. */
export interface Tables {
  balance_transaction: Stripe.BalanceTransaction
  charge: Stripe.Charge
  'checkout.session': Stripe.Checkout.Session
  customer: Stripe.Customer
  dispute: Stripe.Dispute
  event: Stripe.Event
  payment_intent: Stripe.PaymentIntent
  payment_method: Stripe.PaymentMethod
  refund: Stripe.Refund
  setup_intent: Stripe.SetupIntent
}
export type Table = keyof Tables

/** What the emulator knows about an object and never sends. */
interface Hidden {
  /** Of a payment method: what it does. */
  method?: TestMethod
  /** Of a payment method: it was charged or detached without a customer, and may not be used again. */
  isUsedUp?: boolean
  /** Of an intent: the page to return to after 3-D Secure. */
  returnUrl?: string | undefined
  /** Of a session: `payment_intent_data` for the intent that it creates. */
  intentData?: {
    captureMethod: Stripe.PaymentIntent.CaptureMethod
    metadata: Record<string, string>
    setupFutureUsage: Stripe.PaymentIntent.SetupFutureUsage | null
    description: string | null
  }
  /** Of a refund: it only releases an authorisation. No money moves. */
  isRelease?: boolean
  /** When something happens by itself, in seconds: a payment or refund settles, a session or an authorisation expires. */
  dueAt?: number | undefined
}

/** All state of the emulator, in memory. */
export class World {
  readonly seed: number
  readonly #tables = new Map<Table, Map<string, { item: Tables[Table]; livemode: boolean }>>()
  readonly #hidden = new Map<string, Hidden>()
  readonly #idRandom
  #aheadMs = 0
  /** Called with each new event, after all changes of its request. */
  onEvent: (event: Stripe.Event) => void = () => {}
  /** Customer sessions by their client secret. They have no id. */
  readonly customerSessions = new Map<string, Stripe.CustomerSession>()
  /** The origin of the emulator's own pages. */
  origin = ''

  constructor(seed: number) {
    this.seed = seed
    this.#idRandom = seededRandom(seed)
  }

  /** The emulator's time in seconds. */
  now(): number {
    return Math.floor((Date.now() + this.#aheadMs) / 1000)
  }

  advance(ms: number): void {
    this.#aheadMs += ms
  }

  newId(prefix: string, length = 24): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    const pick = () => letters[Math.floor(this.#idRandom() * letters.length)]
    return `${prefix}${Array.from({ length }, pick).join('')}`
  }

  put<T extends Table>(table: T, livemode: boolean, item: Tables[T]): void {
    const rows = this.#tables.get(table) ?? new Map()
    this.#tables.set(table, rows.set(item.id, { item, livemode }))
  }

  delete(table: Table, id: string): void {
    this.#tables.get(table)?.delete(id)
  }

  find<T extends Table>(table: T, livemode: boolean, id: string): Tables[T] | undefined {
    const row = this.#tables.get(table)?.get(id)
    return row?.livemode === livemode ? (row.item as Tables[T]) : undefined
  }

  /** The object with this id, of any kind. Ids are unique over all kinds. */
  findAny(livemode: boolean, id: string): Tables[Table] | undefined {
    for (const table of this.#tables.keys()) {
      const item = this.find(table, livemode, id)
      if (item) return item
    }
    return undefined
  }

  /** All objects of a kind, the oldest first. */
  all<T extends Table>(table: T, livemode: boolean): Tables[T][] {
    return [...(this.#tables.get(table)?.values() ?? [])]
      .filter((row) => row.livemode === livemode)
      .map(({ item }) => item as Tables[T])
  }

  hidden(id: string): Hidden {
    const hidden = this.#hidden.get(id) ?? {}
    this.#hidden.set(id, hidden)
    return hidden
  }
}

/** The world as one request sees it: in one mode, with the request's id for the events. */
export class Scope {
  readonly world: World
  readonly livemode: boolean
  readonly #request: Stripe.Event.Request
  readonly #events: Stripe.Event[] = []
  readonly #later: (() => void)[] = []

  constructor(
    world: World,
    livemode: boolean,
    request: Stripe.Event.Request = { id: null, idempotency_key: null },
  ) {
    this.world = world
    this.livemode = livemode
    this.#request = request
  }

  put<T extends Table>(table: T, item: Tables[T]): void {
    this.world.put(table, this.livemode, item)
  }

  find<T extends Table>(table: T, id: string): Tables[T] | undefined {
    return this.world.find(table, this.livemode, id)
  }

  /** Returns the object, or throws Stripe's 404, which says when it exists in the other mode. */
  get<T extends Table>(table: T, id: string, param?: string): Tables[T] {
    const item = this.find(table, id)
    if (item) return item
    const error = missing(table, id, param)
    if (this.world.find(table, !this.livemode, id))
      error.body.message += `; a similar object exists in ${this.livemode ? 'test' : 'live'} mode, but a ${this.livemode ? 'live' : 'test'} mode key was used to make this request.`
    throw error
  }

  all<T extends Table>(table: T): Tables[T][] {
    return this.world.all(table, this.livemode)
  }

  hidden(id: string): Hidden {
    return this.world.hidden(id)
  }

  now(): number {
    return this.world.now()
  }

  /** Records an event with the object as it is now. It is sent when the request is done. */
  emit(type: Stripe.Event['type'], object: Tables[Table], previous?: object): void {
    const event = {
      id: this.world.newId('evt_'),
      object: 'event',
      api_version: apiVersion,
      created: this.now(),
      data: { object: structuredClone(object), ...(previous ? { previous_attributes: previous } : {}) },
      livemode: this.livemode,
      pending_webhooks: 0,
      request: this.#request,
      type,
    } as Stripe.Event // The type of each event ties its name to its object, which a general function cannot
    this.put('event', event)
    this.#events.push(event)
  }

  /** Does this after the answer is made, as Stripe does for `automatic_async`. */
  later(work: () => void): void {
    this.#later.push(work)
  }

  /** Does what was left for later, then sends the events of this request. */
  finish(): void {
    for (const work of this.#later.splice(0)) work()
    for (const event of this.#events.splice(0)) this.world.onEvent(event)
  }
}

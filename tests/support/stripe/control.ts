import type { Api } from './api/serve.ts'
import { books } from './balance.ts'
import { followIntent } from './checkout.ts'
import { closeDispute, openDispute } from './disputes.ts'
import { runDue } from './due.ts'
import type { FaultRule, Faults } from './faults.ts'
import { authenticate, settle } from './payments.ts'
import { settleRefund } from './refunds.ts'
import type { DeliverySettings, Endpoint, WebhookSender } from './webhooks.ts'
import { Scope, type World } from './world.ts'

export interface Parts {
  world: World
  api: Api
  faults: Faults
  webhooks: WebhookSender
}

/** The bodies of the control routes: `POST /_control/<name>`. All answer JSON. */
export interface ControlBodies {
  /** Replaces the webhook endpoints. */
  endpoints: Endpoint[]
  /** Replaces the fault rules. */
  faults: FaultRule[]
  /** Replaces what restricted keys may do. */
  keys: Record<string, string[]>
  /** Changes how webhooks are delivered from now on. */
  webhooks: Partial<DeliverySettings>
  /** Sends the held webhooks, and waits until each was accepted or given up. */
  release: { order?: 'given' | 'reversed' | 'shuffled' }
  /** Sends past events again: one, those of a type, or all. Waits like `release`. */
  resend: { event?: string; type?: string }
  /** Waits until no webhook is on its way. Answers all attempts so far. */
  settled: object
  /** Moves the emulator's clock forward, and does what is due then. */
  clock: { advanceMs: number }
  /** Decides a payment in `processing` or, with `approve`, one that waits for 3-D Secure. */
  payment: { id: string; approve?: boolean; succeed?: boolean }
  /** Decides a refund. */
  refund: { id: string; outcome: 'failed' | 'succeeded' }
  /** Opens a dispute over a charge. */
  dispute: { charge: string; kind: 'fraudulent' | 'inquiry' | 'product_not_received' }
  closeDispute: { id: string; outcome: 'lost' | 'won' }
  /** The sums of the books by payment intent. */
  books: { livemode?: boolean }
  /** All requests to the API so far. */
  requests: object
}

type Handlers = { [Name in keyof ControlBodies]: (parts: Parts, body: ControlBodies[Name]) => unknown }

const handlers: Handlers = {
  endpoints({ webhooks }, endpoints) {
    webhooks.endpoints = endpoints
  },
  faults({ faults }, rules) {
    faults.set(rules)
  },
  keys({ api }, rights) {
    api.rights = rights
  },
  webhooks({ webhooks }, settings) {
    Object.assign(webhooks.settings, settings)
  },
  async release({ webhooks }, { order = 'given' }) {
    const released = webhooks.release(order)
    await webhooks.idle()
    return { released }
  },
  async resend({ webhooks, world }, { event, type }) {
    const events = [false, true].flatMap((livemode) => world.all('event', livemode))
    const chosen = events.filter((each) => (!event || each.id === event) && (!type || each.type === type))
    for (const each of chosen) webhooks.send(each)
    await webhooks.idle()
    return { sent: chosen.length }
  },
  async settled({ webhooks }) {
    await webhooks.idle()
    return webhooks.attempts
  },
  clock({ world }, { advanceMs }) {
    world.advance(advanceMs)
    runDue(world)
  },
  payment({ world }, { id, approve, succeed }) {
    inModeOf(world, 'payment_intent', id, (scope) => {
      const intent = scope.get('payment_intent', id)
      if (approve === undefined) settle(scope, intent, succeed === true)
      else authenticate(scope, intent, approve)
      followIntent(scope, intent)
    })
  },
  refund({ world }, { id, outcome }) {
    inModeOf(world, 'refund', id, (scope) => settleRefund(scope, scope.get('refund', id), outcome))
  },
  dispute({ world }, { charge, kind }) {
    return inModeOf(world, 'charge', charge, (scope) => openDispute(scope, scope.get('charge', charge), kind))
  },
  closeDispute({ world }, { id, outcome }) {
    inModeOf(world, 'dispute', id, (scope) => closeDispute(scope, scope.get('dispute', id), outcome))
  },
  books: ({ world }, { livemode = false }) => books(new Scope(world, livemode)),
  requests: ({ api }) => api.requests,
}

/** Serves `POST /_control/<name>`. */
export async function control(parts: Parts, name: string, body: unknown): Promise<unknown> {
  const handler = handlers[name as keyof ControlBodies] as
    | ((parts: Parts, body: unknown) => unknown)
    | undefined
  if (!handler) throw new Error(`The emulator has no control "${name}"`)
  return (await handler(parts, body)) ?? {}
}

function inModeOf<T>(
  world: World,
  table: 'charge' | 'dispute' | 'payment_intent' | 'refund',
  id: string,
  work: (scope: Scope) => T,
): T {
  const scope = new Scope(world, world.find(table, true, id) !== undefined)
  const result = work(scope)
  scope.finish()
  return result
}

import { setTimeout as pause } from 'node:timers/promises'
import { JetStreamApiError, type JsMsg } from '@nats-io/jetstream'
import { type BackOff, waitAfter } from '../../base/back-off.ts'
import type { Log } from '../../base/log.ts'
import type { Dispatcher } from '../../call/dispatch.ts'
import type { DeliveredEvent } from '../../call/events.ts'
import { acceptEvent } from '../accept.ts'
import { type Bus, BusUnavailable, type Capacity, directBus } from '../bus.ts'
import { type Names, namesOf } from './names.ts'
import { type NatsServer, partitions, Session, SIGNATURE } from './session.ts'
import { Signature } from './signature.ts'

export interface NatsBusOptions extends NatsServer {
  dispatcher: Dispatcher
  /** The deployment's secret. */
  secret: string
  /** Modules that get their events over HTTP because they do not use NATS, such as services in other languages. */
  directly: ReadonlySet<string>
  /** Whether the modules here handle events. A CLI command next to a shop only sends, even to its own modules. */
  receives: boolean
  log: Log
  /** Is called when events can be sent: at first, and each time that the server is available again. */
  onOpen: () => void
  /** Is called when a module has stored an event in its own outbox. */
  onStored: (module: string) => void
}

/** How many events for one consumer are sent before the server has confirmed that it stored the first of them. */
const SENT_AT_ONCE = 100
/** The pause between two sessions. */
const PAUSE_MS = 500
/** The pause after the server refused a request, for instance because its disk is full. */
const PAUSE_AFTER_REFUSAL_MS = 5000
const REDELIVERY: BackOff = { firstMs: 500, longestMs: 10_000 }
/** How long `countStored()` waits for a session. */
const FIRST_SESSION_MS = 3000

/**
 * Sends events for other processes as messages of one JetStream stream, which stores each until its consumer has
 * committed. While the server is unavailable, events stay in the outbox.
 */
export class NatsBus implements Bus {
  readonly #options: NatsBusOptions
  readonly #names: Names
  readonly #signature: Signature
  readonly #stop = new AbortController()
  readonly #stopReceiving = new AbortController()
  /** The running receivers of partitions, with the modules that they receive for. */
  readonly #receiving = new Map<Promise<void>, string>()
  /** Delivers to consumers that do not use NATS. */
  readonly #direct: Bus
  /** The modules here that receive events. */
  readonly #consumers = new Map<string, AbortController>()
  #session: Session | undefined
  #running: Promise<void> | undefined
  #outage: { since: Date; reason: string } | undefined

  constructor(options: NatsBusOptions) {
    this.#options = options
    this.#direct = directBus(options.dispatcher)
    this.#names = namesOf(options.secret)
    this.#signature = new Signature(options.secret)
  }

  start(): void {
    this.#running = this.#run()
  }

  deliver(consumer: string, events: readonly DeliveredEvent[]): Promise<void>[] {
    if (!this.#usesNats(consumer)) return this.#direct.deliver(consumer, events)
    return events.map((event) => this.#send(consumer, event))
  }

  async #send(consumer: string, event: DeliveredEvent): Promise<void> {
    const session = this.#session
    if (!session) throw new BusUnavailable('NATS cannot be used now')
    const body = Buffer.from(JSON.stringify(event))
    if (body.length > session.maxPayload) {
      throw new Error(
        `Cannot send the event over NATS: it has ${body.length} bytes, and the server accepts at most ${session.maxPayload}. Raise its max_payload`,
      )
    }
    try {
      await session.publish(consumer, event, body, this.#signature)
    } catch (error) {
      if (this.#session === session) this.#session = undefined
      session.fail(error)
      throw new BusUnavailable('NATS did not store the event', { cause: error })
    }
  }

  capacityOf(consumer: string, name: string): Capacity {
    return this.#usesNats(consumer)
      ? { atOnce: SENT_AT_ONCE, batch: 1 }
      : this.#direct.capacityOf(consumer, name)
  }

  note(): string | undefined {
    if (!this.#outage) return undefined
    const { since, reason } = this.#outage
    return `NATS has been unavailable since ${since.toISOString()}, so events for other processes wait: ${reason}`
  }

  async countStored(): Promise<number> {
    const end = Date.now() + FIRST_SESSION_MS
    while (!this.#session && Date.now() < end) await pause(20)
    if (!this.#session)
      throw new Error(`Cannot count the undelivered events: ${this.note() ?? 'NATS does not answer'}`)
    return this.#session.countStored()
  }

  async stopReceiving(): Promise<void> {
    this.#stopReceiving.abort()
    await Promise.all(this.#receiving.keys())
  }

  receive(module: string): void {
    if (this.#session) this.#receiveFor(this.#session, module)
  }

  async leave(module: string): Promise<void> {
    this.#consumers.get(module)?.abort()
    this.#consumers.delete(module)
    await Promise.all([...this.#receiving].filter(([, name]) => name === module).map(([promise]) => promise))
  }

  async close(): Promise<void> {
    await this.stopReceiving()
    this.#stop.abort()
    await this.#session?.close()
    await this.#running
  }

  /** Whether events for a consumer go over NATS, and not directly to its module. */
  #usesNats(consumer: string): boolean {
    const { dispatcher, directly, receives } = this.#options
    if (directly.has(consumer)) return false
    return !receives || !dispatcher.modules.has(consumer)
  }

  /** Opens one session after the other, until the bus is closed. */
  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const problem = await this.#runOnce(signal)
      this.#session = undefined
      if (!signal.aborted) this.#onLost(problem)
      await Promise.all(this.#receiving.keys())
      this.#consumers.clear()
      const pauseMs = problem instanceof JetStreamApiError ? PAUSE_AFTER_REFUSAL_MS : PAUSE_MS
      await pause(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {})
    }
  }

  /** Runs one session. Returns the reason of its end. */
  async #runOnce(signal: AbortSignal): Promise<unknown> {
    try {
      const session = await Session.open(this.#options, this.#names)
      if (signal.aborted) await session.close()
      else this.#onOpened(session)
      return await session.ended()
    } catch (error) {
      return error
    }
  }

  #onOpened(session: Session): void {
    const { log, onOpen } = this.#options
    if (this.#outage) log.info({ unavailableSince: this.#outage.since }, 'NATS is available again')
    this.#outage = undefined
    this.#session = session
    this.#receiveForAll(session)
    onOpen()
  }

  #onLost(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (!this.#outage)
      this.#options.log.warn({ reason }, 'NATS is unavailable: events for other processes wait in the outbox')
    this.#outage = { since: this.#outage?.since ?? new Date(), reason }
  }

  #receiveForAll(session: Session): void {
    for (const name of this.#options.dispatcher.modules.keys()) this.#receiveFor(session, name)
  }

  #receiveFor(session: Session, module: string): void {
    const { dispatcher, receives } = this.#options
    const reacts = (dispatcher.modules.get(module)?.definition.contract.reactsTo.length ?? 0) > 0
    if (!receives || !reacts || this.#consumers.has(module)) return
    const stop = new AbortController()
    this.#consumers.set(module, stop)
    const signal = AbortSignal.any([this.#stopReceiving.signal, stop.signal])
    for (const partition of partitions) this.#receivePartition(session, module, partition, signal)
  }

  #receivePartition(session: Session, consumer: string, partition: number, signal: AbortSignal): void {
    const receiving = session
      .receive(consumer, partition, signal, (message) => this.#handle(consumer, message))
      .catch((error: unknown) => {
        if (!signal.aborted) session.fail(error)
      })
      .finally(() => this.#receiving.delete(receiving))
    this.#receiving.set(receiving, consumer)
  }

  async #handle(consumer: string, message: JsMsg): Promise<void> {
    const { dispatcher, log, onStored } = this.#options
    if (!this.#signature.isValid(message.subject, message.data, message.headers?.get(SIGNATURE) ?? '')) {
      log.error(
        { subject: message.subject, consumer },
        'event dropped: it is not signed with the secret of this shop',
      )
      return message.term()
    }
    const event = message.json<DeliveredEvent>()
    try {
      const { isStored, error } = await acceptEvent(dispatcher, consumer, event)
      message.ack()
      if (!isStored) return
      onStored(consumer)
      if (error !== undefined)
        log.warn(
          { event: event.name, consumer, aggregate: event.aggregate, err: error },
          'event refused, will be retried',
        )
    } catch (error) {
      const delay = waitAfter(message.info.deliveryCount, REDELIVERY)
      log.warn(
        { event: event.name, consumer, error: String(error) },
        'event cannot be handled now, it will be delivered again',
      )
      message.nak(delay)
    }
  }
}

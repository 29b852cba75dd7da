import { readFile } from 'node:fs/promises'
import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  headers,
  type NatsConnection,
  nanos,
} from '@nats-io/transport-node'
import type { DeliveredEvent } from '../../call/events.ts'
import { type Names, PARTITIONS } from './names.ts'
import type { Signature } from './signature.ts'

export interface NatsServer {
  /** Addresses, with commas in between: nats://user:password@host:port. */
  url: string
  /** A file with a user's JWT and key. */
  credentials?: string | undefined
  /** Shown by the server. */
  name: string
}

export const SIGNATURE = 'Pando-Signature'
const CONNECT_TIMEOUT_MS = 2000
const PUBLISH_TIMEOUT_MS = 5000
/** An event whose reaction says nothing for so long is delivered again: its process is dead, or the server was. */
const ACK_WAIT_MS = 5000
/** So long the server knows an event by its id; later, the consumer's inbox does. */
const DUPLICATE_WINDOW_MS = 120_000

/**
 * One connection, from its begin to its end. When it breaks, or does not do what it should, a new one takes its place.
 */
export class Session {
  readonly #connection: NatsConnection
  readonly #names: Names
  readonly #manager: JetStreamManager
  readonly #client: JetStreamClient
  #problem: unknown

  private constructor(connection: NatsConnection, manager: JetStreamManager, names: Names) {
    this.#connection = connection
    this.#names = names
    this.#manager = manager
    this.#client = jetstream(connection, { timeout: PUBLISH_TIMEOUT_MS })
  }

  /** Connects, and makes the stream unless there is one. Throws when either is not possible. */
  static async open(server: NatsServer, names: Names): Promise<Session> {
    const connection = await connect(await connectionOptions(server))
    try {
      const session = new Session(connection, await jetstreamManager(connection), names)
      await session.#ensureStream()
      return session
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** Resolves when the session has ended, with the reason. */
  async ended(): Promise<unknown> {
    const error = await this.#connection.closed()
    return this.#problem ?? error ?? new Error('the connection has ended')
  }

  /** Ends the session for others too. */
  fail(problem: unknown): void {
    this.#problem ??= problem
    void this.#connection.close()
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  /** Resolves when the stream has stored it. */
  async publish(
    consumer: string,
    event: DeliveredEvent,
    body: Uint8Array,
    signature: Signature,
  ): Promise<void> {
    const subject = this.#names.subjectOf(consumer, event.aggregate, event.name)
    const signed = headers()
    signed.set(SIGNATURE, signature.of(subject, body))
    // An event has a message for each consumer, so its id alone is not enough.
    const msgID = `${event.id} ${consumer}`
    await this.#client.publish(subject, body, {
      msgID,
      headers: signed,
      timeout: PUBLISH_TIMEOUT_MS,
      retries: 0,
    })
  }

  get maxPayload(): number {
    return this.#connection.info!.max_payload
  }

  /** Messages that no consumer has acknowledged. */
  async kept(): Promise<number> {
    const { state } = await this.#manager.streams.info(this.#names.stream)
    return state.messages
  }

  /**
   * Hands over the messages of one partition of a consumer one after the other, until `signal`: the server gives the
   * next one, to whichever replica, when the one before has been acknowledged.
   */
  async receive(
    consumer: string,
    partition: number,
    signal: AbortSignal,
    handle: (message: JsMsg) => Promise<void>,
  ): Promise<void> {
    const { stream } = this.#names
    const durable = this.#names.durableOf(consumer, partition)
    await this.#manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: this.#names.filterOf(consumer, partition),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      max_ack_pending: 1,
    })
    const pull = await this.#client.consumers.get(stream, durable)
    const messages = await pull.consume({ max_messages: 1, abort_on_missing_resource: true })
    const close = () => void messages.close()
    signal.addEventListener('abort', close)
    if (signal.aborted) close()
    try {
      for await (const message of messages) await working(message, handle)
    } finally {
      signal.removeEventListener('abort', close)
    }
    if (!signal.aborted) throw new Error(`The consumer "${durable}" is gone from the stream "${stream}"`)
  }

  /** Work queue: what has been acknowledged is deleted, and nothing else ever is. */
  async #ensureStream(): Promise<void> {
    const { stream, subjects } = this.#names
    try {
      // One that is there stays as it is: its operator may have given it copies or limits.
      await this.#manager.streams.info(stream)
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound)
        throw error
      await this.#manager.streams.add({
        name: stream,
        subjects: [subjects],
        retention: RetentionPolicy.Workqueue,
        storage: StorageType.File,
        discard: DiscardPolicy.New,
        duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      })
    }
  }
}

/** All partitions of a consumer. */
export const partitions: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition)

/** Tells the server again and again that the message is still worked on. */
async function working(message: JsMsg, handle: (message: JsMsg) => Promise<void>): Promise<void> {
  const timer = setInterval(() => message.working(), ACK_WAIT_MS / 3)
  try {
    await handle(message)
  } finally {
    clearInterval(timer)
  }
}

async function connectionOptions({ url, credentials, name }: NatsServer): Promise<ConnectionOptions> {
  const addresses = url.split(',').map((each) => new URL(each.trim()))
  const { username, password } = addresses[0]!
  const user = decodeURIComponent(username)
  return {
    servers: addresses.map(({ protocol, host }) => `${protocol}//${host}`),
    name,
    timeout: CONNECT_TIMEOUT_MS,
    // A new connection is a new session: there is one way to begin, and it is tried each time.
    reconnect: false,
    ...(credentials ? { authenticator: credsAuthenticator(await readFile(credentials)) } : {}),
    ...(user && password ? { user, pass: decodeURIComponent(password) } : {}),
    ...(user && !password ? { token: user } : {}),
    ...(addresses[0]!.protocol === 'tls:' ? { tls: {} } : {}),
  }
}

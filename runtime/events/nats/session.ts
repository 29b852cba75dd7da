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
  /** URLs separated by commas: nats://user:password@host:port. The user and password of the first hold for all. */
  url: string
  /** A file with a user's JWT and key. */
  credentials?: string | undefined
  /** The name of the connection, which the server shows. */
  name: string
}

export const SIGNATURE = 'Pando-Signature'
const CONNECT_TIMEOUT_MS = 2000
const PUBLISH_TIMEOUT_MS = 5000
/** The server delivers an event again when the consumer neither acknowledges it nor reports progress for this long. */
const ACK_WAIT_MS = 5000
/** How long the server recognises duplicates of an event; after that, the consumer's inbox does. */
const DUPLICATE_WINDOW_MS = 120_000

/** One connection to NATS. When it breaks or a request on it fails, a new session replaces it. */
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

  /** Connects, and makes the stream if it does not exist. Throws when either fails. */
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

  /** Ends the session because of a problem. */
  fail(problem: unknown): void {
    this.#problem ??= problem
    void this.#connection.close()
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  /** Publishes an event, and resolves when the stream has stored it. */
  async publish(
    consumer: string,
    event: DeliveredEvent,
    body: Uint8Array,
    signature: Signature,
  ): Promise<void> {
    const subject = this.#names.subjectOf(consumer, event.aggregate, event.name)
    const signed = headers()
    signed.set(SIGNATURE, signature.of(subject, body))
    // Each consumer of an event gets a message of its own, so the event's id alone would not be unique.
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

  /** The number of messages that their consumers have not acknowledged. */
  async countStored(): Promise<number> {
    const { state } = await this.#manager.streams.info(this.#names.stream)
    return state.messages
  }

  /**
   * Passes the messages of one partition of a consumer to `handle`, one after the other, until `signal` aborts. The
   * server sends the next message, to any replica, when the previous one is acknowledged.
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
      for await (const message of messages) await handleWithHeartbeat(message, handle)
    } finally {
      signal.removeEventListener('abort', close)
    }
    if (!signal.aborted)
      throw new Error(`The consumer "${durable}" no longer exists in the stream "${stream}"`)
  }

  /** The stream is a work queue: the server deletes acknowledged messages and no others. */
  async #ensureStream(): Promise<void> {
    const { stream, subjects } = this.#names
    try {
      // An existing stream is not changed: its operator may have set replicas or limits.
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

/** The numbers of all partitions. */
export const partitions: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition)

/** Reports to the server at intervals that the message is still being handled, so that it is not delivered again. */
async function handleWithHeartbeat(message: JsMsg, handle: (message: JsMsg) => Promise<void>): Promise<void> {
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
    // NatsBus reconnects with a new session.
    reconnect: false,
    ...(credentials ? { authenticator: credsAuthenticator(await readFile(credentials)) } : {}),
    ...(user && password ? { user, pass: decodeURIComponent(password) } : {}),
    ...(user && !password ? { token: user } : {}),
    ...(addresses[0]!.protocol === 'tls:' ? { tls: {} } : {}),
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Identifier } from './sql.ts'

/**
 * Listens to a channel on a separate connection until `signal` aborts. Replaces the connection whenever it breaks.
 *
 * @param onMessage is called with each message
 * @param onListening is called after each connect: earlier messages may have been missed
 * @returns when it listens for the first time
 * @throws when the first connect fails
 */
export async function listen(
  options: ConnectionOptions,
  channel: string,
  {
    onMessage,
    onListening,
    signal,
  }: { onMessage: (message: string) => void; onListening: () => void; signal: AbortSignal },
): Promise<void> {
  let connection = await connect()
  void keepConnected()

  async function connect(): Promise<Connection> {
    const opened = new Connection(options)
    opened.onNotification((_channel, message) => onMessage(message))
    try {
      await opened.execute({ text: `listen ${new Identifier(channel).quoted}`, values: [], prepared: false })
    } catch (error) {
      opened.destroy()
      throw error
    }
    onListening()
    return opened
  }

  async function keepConnected(): Promise<void> {
    const stopped = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    while (!signal.aborted) {
      await Promise.race([connection.closed, stopped])
      for (let failures = 1; !signal.aborted; failures++) {
        try {
          connection = await connect()
          break
        } catch {
          await sleep(waitAfter(failures, RECONNECT), undefined, { signal }).catch(() => {})
        }
      }
    }
    await connection.close(0)
  }
}

/** The waits before a reconnect: a second at most, so that listening resumes soon after the database is back. */
const RECONNECT: BackOff = { firstMs: 30, longestMs: 1000, factor: 3, jitter: true }

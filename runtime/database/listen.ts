import { setTimeout as sleep } from 'node:timers/promises'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Identifier } from './sql.ts'

/**
 * Listens to a channel on a connection of its own, which is replaced whenever it breaks, until `signal` aborts.
 *
 * @param onMessage gets each message
 * @param onListening is called after each connect: what was sent before may have been missed
 * @returns when the channel is listened to for the first time
 * @throws when that fails
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
  void follow()

  async function connect(): Promise<Connection> {
    const fresh = new Connection(options)
    fresh.onNotification((_channel, message) => onMessage(message))
    try {
      await fresh.execute({ text: `listen ${new Identifier(channel).quoted}`, values: [], prepared: false })
    } catch (error) {
      fresh.destroy()
      throw error
    }
    onListening()
    return fresh
  }

  async function follow(): Promise<void> {
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

/** At most a second: a database that is back must be heard soon. */
const RECONNECT: BackOff = { firstMs: 30, longestMs: 1000, factor: 3, jitter: true }

import type { Sql } from './pool.ts'

/** What a client of postgres.js tells of its connections. */
export interface ClientEvents {
  /** PostgreSQL has let one in. */
  connected: () => void
  /** One has closed, whoever closed it, or could not be opened. */
  closed: () => void
}

export type OpenClient = (events: ClientEvents) => Sql

/** How long the statements of a client's other connections have when one was lost, in seconds. */
const PATIENCE_S = 1

/** Longer than a connection takes that was being opened when its client was ended. */
const LATE_CONNECTION_MS = 15_000

/**
 * Ends a client that has lost a connection. When a statement waited for that one, postgres.js 3.4 opens it once more,
 * although the client has been ended, and would keep it for good.
 */
export async function retire(client: Sql, patienceS: number): Promise<void> {
  await client.end({ timeout: patienceS }).catch(() => {})
  // The types lack it: like `end()`, which does nothing a second time.
  const { close } = client as unknown as { close(): Promise<void> }
  setTimeout(() => void close().catch(() => {}), LATE_CONNECTION_MS).unref()
}

/**
 * A client that is replaced by a new one as soon as it has lost a connection; whoever holds it does not notice. For
 * postgres.js 3.4 goes on with a connection that broke in a statement as if that were still at work: it gives the first
 * statement after the next connect the old one's error, however much later that is (porsager/postgres#1209), or never
 * answers again. One that has not connected yet is kept, since it waits between its tries.
 *
 * @param beforeEnd what `end()` does first
 */
export function openRenewed(open: OpenClient, beforeEnd: () => Promise<void>): Sql {
  let current = renew()
  let ended = false
  // What is listened to is listened to again by postgres.js itself, on a connection that has nothing else to do.
  const listener = open({ connected: () => {}, closed: () => {} })
  const retired = new Set<Promise<void>>()

  return new Proxy(current, {
    apply: (_, __, args: Parameters<Sql>) => current(...args),
    get(_, name) {
      if (name === 'end') return end
      return name === 'listen' ? listener.listen : current[name as keyof Sql]
    },
  })

  function renew(): Sql {
    let hasConnected = false
    const client = open({
      connected: () => {
        hasConnected = true
      },
      closed: () => {
        if (hasConnected && !ended && client === current) replace()
      },
    })
    return client
  }

  function replace(): void {
    const old = current
    current = renew()
    const gone = retire(old, PATIENCE_S).then(() => void retired.delete(gone))
    retired.add(gone)
  }

  async function end(options?: { timeout?: number }): Promise<void> {
    ended = true
    await beforeEnd()
    await Promise.all([current.end(options), listener.end(options), ...retired])
  }
}

import type { Sql } from '#runtime/database/pool.ts'
import { findCharge, insertCharge, replaceCharge } from '../../store/test-charges.ts'
import { type Entry, enter, type Operation } from './ledger.ts'
import { type ChargeMessage, type TestService, toMessage, toReply } from './service.ts'

export interface InProcessOptions {
  /** A pool whose statements commit by themselves, as an outside service's would. */
  sql: Sql
  /** Gets what the answer could not tell: a late success, and what the shopper decided on the confirmation page. */
  sendWebhook: (message: ChargeMessage, options: { late: boolean }) => void
}

/** The test provider inside the shop, so that a shop on one machine needs nothing beside it. */
export function createInProcessService({ sql, sendWebhook }: InProcessOptions): TestService {
  return async (operation, signal) => {
    const { entry, changed } = await settle(sql, operation)
    if (changed && entry.charge && (entry.late || operation.do === 'decide')) {
      const message = toMessage(entry.charge)
      if (message) sendWebhook(message, { late: entry.late })
    }
    if (entry.late) await untilAborted(signal)
    return toReply(entry)
  }
}

async function settle(sql: Sql, operation: Operation): Promise<{ entry: Entry; changed: boolean }> {
  // Most requests are the first of their charge: one statement.
  if (operation.do === 'authorize') {
    const entry = enter(undefined, operation)
    if (await insertCharge(sql, entry.charge!)) return { entry, changed: true }
  }
  for (;;) {
    const found = await findCharge(sql, operation.key)
    const entry = enter(found?.charge, operation)
    if (!entry.charge || entry.charge === found?.charge) return { entry, changed: false }
    const written = found
      ? await replaceCharge(sql, { charge: entry.charge, version: found.version })
      : await insertCharge(sql, entry.charge)
    if (written) return { entry, changed: true }
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

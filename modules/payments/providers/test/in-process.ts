import type { Sql } from '#runtime/database/pool.ts'
import { findCharge, insertCharge, replaceCharge } from '../../store/test-charges.ts'
import { applyOperation, type LedgerResult, type Operation } from './ledger.ts'
import { type ChargeMessage, type TestService, toMessage, toReply } from './service.ts'

export interface InProcessOptions {
  /** A pool, not a transaction: statements must commit at once, like those of an external service. */
  sql: Sql
  /** Called with a changed charge that no answer brings to the shop: its answer is `late`, or the shopper has decided. */
  sendWebhook: (message: ChargeMessage, options: { late: boolean }) => void
}

/** The test provider inside the shop, so that a shop on one machine needs no other service. */
export function createInProcessService({ sql, sendWebhook }: InProcessOptions): TestService {
  return async (operation, signal) => {
    const { result, changed } = await execute(sql, operation)
    if (changed && result.charge && (result.late || operation.do === 'decide')) {
      const message = toMessage(result.charge)
      if (message) sendWebhook(message, { late: result.late })
    }
    // A late answer never comes before the caller's timeout
    if (result.late) await untilAborted(signal)
    return toReply(result)
  }
}

async function execute(sql: Sql, operation: Operation): Promise<{ result: LedgerResult; changed: boolean }> {
  // Most requests create their charge: the insert comes first, because it needs only one statement
  if (operation.do === 'authorize') {
    const result = applyOperation(undefined, operation)
    if (await insertCharge(sql, result.charge!)) return { result, changed: true }
  }
  // Optimistic locking: repeats when another request has changed the charge meanwhile
  for (;;) {
    const found = await findCharge(sql, operation.key)
    const result = applyOperation(found?.charge, operation)
    if (!result.charge || result.charge === found?.charge) return { result, changed: false }
    const wasWritten = found
      ? await replaceCharge(sql, { charge: result.charge, version: found.version })
      : await insertCharge(sql, result.charge)
    if (wasWritten) return { result, changed: true }
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Provider } from '../providers/provider.ts'
import type { Services } from '../services.ts'
import { findIntent, type StoredIntent } from '../store/intents.ts'

interface PaymentContext {
  sql: Sql
  services: Services
  fail(code: 'INTENT_NOT_FOUND', message: string): Failure
}

/** Reads an intent, or throws INTENT_NOT_FOUND. Pass the transaction's `sql` inside a commit. */
export async function findOrFail(
  context: PaymentContext,
  intentId: string,
  sql = context.sql,
): Promise<StoredIntent> {
  return (await findIntent(sql, intentId)) ?? notFound(context, intentId)
}

export function notFound(context: PaymentContext, intentId: string): never {
  throw context.fail('INTENT_NOT_FOUND', `Cannot find the payment "${intentId}"`)
}

/** The provider of an intent. It is missing only if the settings changed while payments were in progress. */
export function providerOf(context: PaymentContext, intent: StoredIntent): Provider {
  const provider = context.services.providers.get(intent.provider)
  if (provider) return provider
  throw new Error(
    `Cannot process the payment "${intent.id}": its provider "${intent.provider}" is no longer set up. Set it up again until its payments are completed`,
  )
}

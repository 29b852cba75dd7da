import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Provider } from '../providers/provider.ts'
import type { Services } from '../services.ts'
import { findIntent, type StoredIntent } from '../store/intents.ts'

interface Asking {
  sql: Sql
  services: Services
  fail(code: 'INTENT_NOT_FOUND', message: string): Failure
}

/** Reads an intent, or throws INTENT_NOT_FOUND. Inside a commit, `sql` is the transaction's. */
export async function findOrFail(
  context: Asking,
  intentId: string,
  sql = context.sql,
): Promise<StoredIntent> {
  return (await findIntent(sql, intentId)) ?? notFound(context, intentId)
}

export function notFound(context: Asking, intentId: string): never {
  throw context.fail('INTENT_NOT_FOUND', `Cannot find the payment "${intentId}"`)
}

/** The provider of an intent. It can be gone only when the shop's settings changed while payments were under way. */
export function providerOf(context: Asking, intent: StoredIntent): Provider {
  const provider = context.services.providers.get(intent.provider)
  if (provider) return provider
  throw new Error(
    `Cannot ask about the payment "${intent.id}": the provider "${intent.provider}" is not set up any more. Set it up until its payments are over`,
  )
}

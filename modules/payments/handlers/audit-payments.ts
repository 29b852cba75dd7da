import type { Handles } from '../needs.ts'
import { listIntents, toPublicIntent } from '../store/intents.ts'

export const auditPayments: Handles<'auditPayments'> = async ({ after, limit }, context) => {
  const intents = await listIntents(context.sql, after ?? '', limit)
  return { intents: intents.map(toPublicIntent) }
}

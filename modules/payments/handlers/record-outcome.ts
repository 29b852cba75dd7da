import type { Handles } from '../needs.ts'
import { isOver } from '../rules/next-status.ts'
import { newsOf } from '../rules/outcome.ts'
import { applyNews } from '../store/intents.ts'
import { findOrFail } from './find-or-fail.ts'

export const recordOutcome: Handles<'recordOutcome'> = async ({ intentId, outcome }, context) => {
  const news = newsOf(outcome)
  if (!news) return context.unchanged({})
  return context.commitStatement(async (sql) => {
    const changed = await applyNews(sql, intentId, { ...news, at: context.now() })
    if (changed) return {}
    const { status } = await findOrFail(context, intentId, sql)
    const approved = outcome.status === 'succeeded' || outcome.status === 'authorized'
    if (approved && isOver(status)) {
      throw context.fail('INTENT_CLOSED', `Cannot take the payment "${intentId}": it is ${status} already`)
    }
    return {}
  })
}

import type { Handles } from '../needs.ts'
import { isClosed } from '../rules/next-status.ts'
import { reportOf } from '../rules/outcome.ts'
import { applyReport } from '../store/intents.ts'
import { findOrFail } from './find-or-fail.ts'

export const recordOutcome: Handles<'recordOutcome'> = async ({ intentId, outcome }, context) => {
  const report = reportOf(outcome)
  if (!report) return context.unchanged({})
  return context.commitStatement(async (sql) => {
    const changed = await applyReport(sql, intentId, { ...report, at: context.now() })
    if (changed) return {}
    const { status } = await findOrFail(context, intentId, sql)
    const isApproved = outcome.status === 'succeeded' || outcome.status === 'authorized'
    if (isApproved && isClosed(status)) {
      throw context.fail('INTENT_CLOSED', `Cannot approve the payment "${intentId}": it is ${status} already`)
    }
    return {}
  })
}

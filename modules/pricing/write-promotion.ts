import type { Sql } from '#runtime/database/pool.ts'
import type { RuleFailures } from './change-rules.ts'
import type { Promotion } from './schemas.ts'
import { writeCommonCode } from './store/promotions.ts'
import { writeRule } from './store/rules.ts'

/** Writes a promotion with its code. Throws RULE_INVALID if another promotion has the code. */
export async function writePromotion(
  context: RuleFailures & { now(): Date },
  sql: Sql,
  promotion: Promotion,
): Promise<void> {
  const { trigger } = promotion
  const code = trigger.by === 'code' ? trigger.code : null
  if (!(await writeCommonCode(sql, promotion.id, code, context.now())))
    throw context.fail(
      'RULE_INVALID',
      `Cannot save the promotion "${promotion.title}": the code "${code}" belongs to another promotion`,
      { field: '/trigger/code' },
    )
  await writeRule(sql, 'promotion', promotion, context.now())
}

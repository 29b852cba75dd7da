import type { Sql } from '#runtime/database/pool.ts'
import type { RuleFailures } from './change-rules.ts'
import { isLimited } from './rules/promotions/limits.ts'
import type { Promotion } from './schemas.ts'
import { countAllUses, writeCommonCode } from './store/promotions.ts'
import { lockUses } from './store/redemptions.ts'
import { writeRule } from './store/rules.ts'

/**
 * Writes a promotion with its code. Throws RULE_INVALID if another promotion has the code; `at` is a JSON pointer to the
 * promotion in the input.
 */
export async function writePromotion(
  context: RuleFailures & { now(): Date },
  sql: Sql,
  promotion: Promotion,
  at = '',
): Promise<void> {
  const { id, title, trigger } = promotion
  const code = trigger.by === 'code' ? trigger.code : null
  if (!(await writeCommonCode(sql, id, code, context.now())))
    throw context.fail(
      'RULE_INVALID',
      `Cannot save the promotion "${title}": the code "${code}" belongs to another promotion`,
      { field: `${at}/trigger/code` },
    )
  if (isLimited(promotion)) {
    await lockUses(sql, [id])
    await countAllUses(sql, id)
  }
  await writeRule(sql, 'promotion', promotion, context.now())
}

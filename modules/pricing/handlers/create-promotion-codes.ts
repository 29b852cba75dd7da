import { newSecret } from '#shared/ids.ts'
import type { Handles } from '../needs.ts'
import { insertSingleUseCodes } from '../store/promotions.ts'
import { findRule } from '../store/rules.ts'

/** Random characters of a code: 50 bits, so that nobody guesses one. */
const LENGTH = 10

export const createPromotionCodes: Handles<'createPromotionCodes'> = async (
  { promotionId, count, prefix },
  context,
) => {
  const promotion = await findRule(context.sql, 'promotion', promotionId)
  if (!promotion)
    throw context.fail(
      'RULE_NOT_FOUND',
      `Cannot add codes to the promotion "${promotionId}": it does not exist`,
    )
  if (promotion.trigger.by !== 'singleUseCodes')
    throw context.fail(
      'NOT_SINGLE_USE',
      `Cannot add codes to the promotion "${promotion.title}": set its trigger to "singleUseCodes" first`,
    )
  return context.commit(async ({ sql }) => {
    const codes: string[] = []
    // A code that exists already is left out, and another one is made for it
    while (codes.length < count) {
      const made = Array.from({ length: count - codes.length }, () => randomCode(prefix))
      codes.push(...(await insertSingleUseCodes(sql, promotionId, [...new Set(made)], context.now())))
    }
    return { codes }
  })
}

function randomCode(prefix: string | undefined): string {
  const random = newSecret('', LENGTH).slice(1).toUpperCase()
  return prefix === undefined ? random : `${prefix}-${random}`
}

import { byId, readPage } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { listCodes } from '../store/promotions.ts'
import { findRule } from '../store/rules.ts'

export const listPromotionCodes: Handles<'listPromotionCodes'> = async (
  { promotionId, ...page },
  context,
) => {
  if (!(await findRule(context.sql, 'promotion', promotionId)))
    throw context.fail(
      'RULE_NOT_FOUND',
      `Cannot list codes of the promotion "${promotionId}": it does not exist`,
    )
  const found = await readPage(['promotion codes', promotionId], page, byId, (after, limit) =>
    listCodes(context.sql, promotionId, after, limit),
  )
  if (!found) throw context.fail('INVALID_CURSOR', 'Cannot list codes: the cursor is not from this list')
  return {
    items: found.items.map(({ id, createdAt, orderId }) => ({
      code: id,
      createdAt: createdAt.toISOString(),
      orderId,
    })),
    nextCursor: found.nextCursor,
  }
}

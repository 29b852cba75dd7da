import { byId, readPage } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { presentPromotion } from '../rules/present-promotion.ts'
import { listPromotionRows } from '../store/promotions.ts'

export const listPromotions: Handles<'listPromotions'> = async ({ active = null, ...page }, context) => {
  const found = await readPage(['promotions', active], page, byId, (after, limit) =>
    listPromotionRows(context.sql, { active, after: after ?? null, limit }),
  )
  if (!found) throw context.fail('INVALID_CURSOR', 'Cannot list promotions: the cursor is not from this list')
  const { currency } = context.services
  return {
    items: found.items.map(({ promotion, uses }) => presentPromotion(promotion, uses, currency)),
    nextCursor: found.nextCursor,
  }
}

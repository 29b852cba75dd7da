import type { Handles } from '../needs.ts'
import { readUsedUp } from '../quote-cart.ts'
import { isLimited } from '../rules/promotions/limits.ts'
import type { Promotion } from '../schemas.ts'
import { hasOrdered, insertRedemptions, lockUses, recordBuyer, takeCode } from '../store/redemptions.ts'

export const redeemPromotions: Handles<'redeemPromotions'> = async (
  { orderId, customerId, email, promotions },
  context,
) => {
  const { byId } = await context.services.ruleSet(context.sql)
  const buyer = { customerId, email: email.toLowerCase() }
  const ids = promotions.map(({ promotionId }) => promotionId)
  const known = ids.flatMap((id) => byId.get(id) ?? [])
  const limited = known.filter(isLimited)
  const forFirstOrder = known.filter(({ conditions }) => conditions.firstOrder)
  // Sorted, so that two orders cannot deadlock
  const codes = promotions
    .flatMap(({ promotionId, code }) =>
      code !== null && byId.get(promotionId)?.trigger.by === 'singleUseCodes' ? [{ promotionId, code }] : [],
    )
    .sort((a, b) => (a.code < b.code ? -1 : 1))

  return context.commit(async ({ sql }) => {
    // First of all, so that two orders of a promotion with a limit wait for one another
    const locked = [...limited, ...forFirstOrder].map(({ id }) => id)
    if (locked.length > 0) await lockUses(sql, locked)
    const state = await recordBuyer(sql, orderId, buyer, context.now())
    if (state === 'repeated') return {}
    if (state === 'cancelled') {
      const [promotion] = known
      throw usedUp(promotion ?? { id: '', title: '' }, 'the order was cancelled')
    }
    for (const promotion of forFirstOrder)
      if (await hasOrdered(sql, buyer, orderId)) throw usedUp(promotion, 'it is for first orders only')
    for (const [promotionId] of await readUsedUp(sql, limited, buyer))
      throw usedUp(byId.get(promotionId)!, 'it was used as often as allowed')
    for (const { promotionId, code } of codes)
      if (!(await takeCode(sql, code, promotionId, orderId)))
        throw usedUp(byId.get(promotionId)!, `the code "${code}" was used already`)
    if (ids.length > 0)
      await insertRedemptions(
        sql,
        orderId,
        ids,
        limited.map(({ id }) => id),
        buyer,
        context.now(),
      )
    return {}
  })

  function usedUp({ id, title }: Pick<Promotion, 'id' | 'title'>, why: string) {
    return context.fail('PROMOTION_USED_UP', `Cannot apply the promotion "${title}" to the order: ${why}`, {
      promotionId: id,
      title,
    })
  }
}

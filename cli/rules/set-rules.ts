import type { pricing } from '#modules/pricing/contract.ts'
import type { OutputOf } from '#runtime/contract/contract.ts'
import type { Calls } from '#runtime/module/context.ts'

type Methods = (typeof pricing)['methods']

/** All rules of a shop, as staff see them. */
export interface SetRules {
  tax: OutputOf<Methods['getTax']>
  shipping: OutputOf<Methods['getShipping']>
  /** The newest first. */
  promotions: OutputOf<Methods['listPromotions']>['items']
}

const PAGE_SIZE = 100

export async function readSetRules(calls: Calls<{ pricing: typeof pricing }>['pricing']): Promise<SetRules> {
  const tax = await calls.getTax({})
  const shipping = await calls.getShipping({})
  const promotions: SetRules['promotions'] = []
  let cursor: string | null = null
  do {
    const page: OutputOf<Methods['listPromotions']> = await calls.listPromotions({
      limit: PAGE_SIZE,
      ...(cursor === null ? {} : { cursor }),
    })
    promotions.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return { tax, shipping, promotions }
}

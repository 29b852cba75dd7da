import type { Promotion } from '../../schemas.ts'

type Limits = Pick<Promotion, 'limit' | 'limitPerCustomer'>

/** Whether the uses of a promotion are limited, and therefore counted. */
export function isLimited({ limit, limitPerCustomer }: Limits): boolean {
  return limit !== null || limitPerCustomer !== null
}

/** Which limit a promotion with these uses has reached; undefined: none. */
export function usedUpState(
  { limit, limitPerCustomer }: Limits,
  uses: number,
  usesByBuyer: number,
): 'usedUp' | 'usedUpByCustomer' | undefined {
  if (limit !== null && uses >= limit) return 'usedUp'
  if (limitPerCustomer !== null && usesByBuyer >= limitPerCustomer) return 'usedUpByCustomer'
  return undefined
}

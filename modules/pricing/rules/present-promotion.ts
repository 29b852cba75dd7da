import type { Promotion } from '../schemas.ts'
import { describePromotion } from './promotions/describe.ts'

/** A promotion as staff see it. */
export function presentPromotion(promotion: Promotion, uses: number, currency: string) {
  return { ...promotion, summary: describePromotion(promotion, currency), uses }
}

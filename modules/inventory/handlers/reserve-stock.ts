import type { Handles } from '../needs.ts'
import { mergeLines } from '../rules/merge-lines.ts'
import { hasReservation, reserve } from '../store/reserve.ts'

export const reserveStock: Handles<'reserveStock'> = async ({ reservationId, lines, expiresAt }, context) =>
  context.commit(async ({ sql, emit }) => {
    const { shortages, soldOut } = await reserve(sql, {
      id: reservationId,
      lines: mergeLines(lines),
      expiresAt: new Date(expiresAt),
      now: context.now(),
    })
    // On a repeat, shortages mean nothing: the first attempt itself may have reserved the missing pieces. This is checked
    // after reserve(), because the first attempt may have committed while reserve() waited for locks.
    if (shortages.length > 0 && !(await hasReservation(sql, reservationId))) {
      const lines = shortages.map(
        ({ variantId, requested, available }) =>
          `${requested} of "${variantId}" requested, ${available} available`,
      )
      throw context.fail('OUT_OF_STOCK', `Cannot reserve the stock: ${lines.join('; ')}`, {
        lines: shortages,
      })
    }
    for (const variantId of soldOut) emit('availabilityChanged', { variantId, available: false })
    return {}
  })

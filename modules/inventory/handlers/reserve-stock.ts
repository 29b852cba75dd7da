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
    // A repeat may find a shortage because the first attempt has reserved the pieces. Checked after reserve(), because
    // the first attempt may have committed while reserve() waited for locks.
    if (shortages.length > 0 && !(await hasReservation(sql, reservationId))) {
      const missing = shortages.map((line) => `${line.available} of ${line.requested} of "${line.variantId}"`)
      throw context.fail('OUT_OF_STOCK', `Cannot reserve the stock: only ${missing.join(', ')} available`, {
        lines: shortages,
      })
    }
    for (const variantId of soldOut) emit('availabilityChanged', { variantId, available: false })
    return {}
  })

import type { Handles } from '../needs.ts'
import { take } from '../store/take.ts'

export const takeStock: Handles<'takeStock'> = async ({ reservationId }, context) =>
  context.commitStatement(async (sql) => {
    const status = await take(sql, reservationId, context.now())
    if (status !== 'active' && status !== 'taken') {
      throw context.fail(
        'RESERVATION_GONE',
        `Cannot take the stock of "${reservationId}": the reservation is ${status ?? 'unknown'}`,
      )
    }
    return {}
  })

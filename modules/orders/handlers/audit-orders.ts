import type { Handles } from '../needs.ts'
import { listOrdersById } from '../store.ts'

export const auditOrders: Handles<'auditOrders'> = async ({ after, limit }, context) => {
  const orders = await listOrdersById(context.sql, after ?? '', limit)
  return {
    orders: orders.map((order) => ({
      orderId: order.id,
      intentId: order.intentId,
      cartId: order.cartId,
      status: order.status,
      total: order.totals.total,
      lines: order.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      placedAt: order.placedAt,
    })),
  }
}

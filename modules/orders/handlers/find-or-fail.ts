import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { emailKey } from '#shared/email.ts'
import { type CallerContext, confirmedEmail } from '../confirmed-email.ts'
import { mayRead } from '../rules/access.ts'
import { opensOrder } from '../rules/order-key.ts'
import type { Services } from '../services.ts'
import { findOrder, type StoredOrder } from '../store.ts'

interface OrderContext extends CallerContext {
  sql: Sql
  services: Services
  now(): Date
  fail(code: 'ORDER_NOT_FOUND', message: string): Failure
}

/**
 * Reads an order that the caller may read. Throws ORDER_NOT_FOUND both for unknown orders and for those of other
 * callers.
 */
export async function findReadable(context: OrderContext, orderId: string): Promise<StoredOrder> {
  const found = await findOrder(context.sql, orderId)
  if (!found) return notFound(context, orderId)
  const order = { ...found, hasKey: hasKeyTo(orderId, context) }
  if (mayRead(order, context.caller)) return order
  if (await isForConfirmedEmail(found, context)) return { ...order, hasKey: true }
  return notFound(context, orderId)
}

/** Reads an order in the transaction `sql`, without a check of the caller. Throws ORDER_NOT_FOUND. */
export async function findOrFail(context: OrderContext, orderId: string, sql: Sql): Promise<StoredOrder> {
  return (await findOrder(sql, orderId)) ?? notFound(context, orderId)
}

/**
 * Whether a guest's order is for the email address that the calling customer has confirmed. The customer may open it,
 * because they could also use the key in the emails to that address.
 */
async function isForConfirmedEmail(
  { customerId, contact }: StoredOrder,
  context: OrderContext,
): Promise<boolean> {
  return customerId === null && emailKey(contact.email) === (await confirmedEmail(context))
}

function hasKeyTo(orderId: string, { caller, services, now }: OrderContext): boolean {
  const bearer = caller.kind === 'guest' || caller.kind === 'customer' ? caller.bearer : undefined
  return bearer !== undefined && opensOrder(services.orderKeySecret, orderId, bearer, now())
}

function notFound(context: OrderContext, orderId: string): never {
  throw context.fail(
    'ORDER_NOT_FOUND',
    `Cannot find order "${orderId}": it does not exist or belongs to another caller`,
  )
}

import type { Caller } from '#runtime/contract/caller.ts'
import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { mayRead } from '../rules/access.ts'
import { opensOrder } from '../rules/order-key.ts'
import type { Services } from '../services.ts'
import { findOrder, type StoredOrder } from '../store.ts'

interface Asking {
  sql: Sql
  caller: Caller
  services: Services
  now(): Date
  fail(code: 'ORDER_NOT_FOUND', message: string): Failure
}

/** Reads an order that the caller may read, or throws ORDER_NOT_FOUND: somebody else's is answered like one that is none. */
export async function findReadable(context: Asking, orderId: string): Promise<StoredOrder> {
  const found = await findOrder(context.sql, orderId)
  const order = found && { ...found, hasKey: hasKeyTo(orderId, context) }
  return order && mayRead(order, context.caller) ? order : notFound(context, orderId)
}

/** Reads an order for a step of a workflow, in the transaction `sql`. */
export async function findOrFail(context: Asking, orderId: string, sql: Sql): Promise<StoredOrder> {
  return (await findOrder(sql, orderId)) ?? notFound(context, orderId)
}

function hasKeyTo(orderId: string, { caller, services, now }: Asking): boolean {
  const bearer = caller.kind === 'guest' || caller.kind === 'customer' ? caller.bearer : undefined
  return bearer !== undefined && opensOrder(services.orderKeySecret, orderId, bearer, now())
}

function notFound(context: Asking, orderId: string): never {
  throw context.fail('ORDER_NOT_FOUND', `Cannot find an order "${orderId}" of yours`)
}

import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { emailKey } from '#shared/email.ts'
import { type Asking as AskingAccounts, provenAddress } from '../proven-address.ts'
import { mayRead } from '../rules/access.ts'
import { opensOrder } from '../rules/order-key.ts'
import type { Services } from '../services.ts'
import { findOrder, type StoredOrder } from '../store.ts'

interface Asking extends AskingAccounts {
  sql: Sql
  services: Services
  now(): Date
  fail(code: 'ORDER_NOT_FOUND', message: string): Failure
}

/** Reads an order that the caller may read, or throws ORDER_NOT_FOUND: somebody else's is answered like one that is none. */
export async function findReadable(context: Asking, orderId: string): Promise<StoredOrder> {
  const found = await findOrder(context.sql, orderId)
  if (!found) return notFound(context, orderId)
  const order = { ...found, hasKey: hasKeyTo(orderId, context) }
  if (mayRead(order, context.caller)) return order
  if (await isForProvenAddress(found, context)) return { ...order, hasKey: true }
  return notFound(context, orderId)
}

/** Reads an order for a step of a workflow, in the transaction `sql`. */
export async function findOrFail(context: Asking, orderId: string, sql: Sql): Promise<StoredOrder> {
  return (await findOrder(sql, orderId)) ?? notFound(context, orderId)
}

/** A guest's order is opened by the account that has proven its address, as by the key in the mail to that address. */
async function isForProvenAddress({ customerId, contact }: StoredOrder, context: Asking): Promise<boolean> {
  return customerId === null && emailKey(contact.email) === (await provenAddress(context))
}

function hasKeyTo(orderId: string, { caller, services, now }: Asking): boolean {
  const bearer = caller.kind === 'guest' || caller.kind === 'customer' ? caller.bearer : undefined
  return bearer !== undefined && opensOrder(services.orderKeySecret, orderId, bearer, now())
}

function notFound(context: Asking, orderId: string): never {
  throw context.fail('ORDER_NOT_FOUND', `Cannot find an order "${orderId}" of yours`)
}

import type { Caller } from '#runtime/contract/caller.ts'
import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { decodeCursor, encodeCursor, type ListIdentity, type PageInput, type PageOf } from '#shared/page.ts'
import type { Order } from '../contract.ts'
import { listOrdersPage, type OrderFilter } from '../store.ts'
import { showOrder } from './show-order.ts'

interface ListContext {
  sql: Sql
  caller: Caller
  fail(code: 'INVALID_CURSOR', message: string): Failure
}

const DEFAULT_LIMIT = 20

/** One page of orders, newest first. */
export async function listPage(
  context: ListContext,
  { limit = DEFAULT_LIMIT, cursor }: PageInput,
  filter: OrderFilter,
): Promise<PageOf<Order>> {
  const list = 'customerId' in filter ? ['orders of', filter.customerId] : ['orders', filter.status]
  const before = cursor === undefined ? undefined : readCursor(context, list, cursor)
  const orders = await listOrdersPage(context.sql, filter, { before, limit: limit + 1 })
  const page = orders.slice(0, limit)
  return {
    items: page.map((order) => showOrder(order, context.caller)),
    nextCursor: orders.length > limit ? encodeCursor(list, [page.at(-1)!.id]) : null,
  }
}

function readCursor(context: ListContext, list: ListIdentity, cursor: string): string {
  const id = decodeCursor(list, cursor, 1)?.[0]
  if (typeof id === 'string') return id
  throw context.fail('INVALID_CURSOR', 'Cannot use this cursor: it is not a `nextCursor` of this list')
}

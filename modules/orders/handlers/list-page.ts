import type { Caller } from '#runtime/contract/caller.ts'
import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { byId, type PageInput, type PageOf, readPage } from '#shared/page.ts'
import type { Order } from '../contract.ts'
import { listOrdersPage, type OrderFilter } from '../store.ts'
import { showOrder } from './show-order.ts'

interface ListContext {
  sql: Sql
  caller: Caller
  fail(code: 'INVALID_CURSOR', message: string): Failure
}

/** One page of orders, newest first. */
export async function listPage(
  context: ListContext,
  input: PageInput,
  filter: OrderFilter,
): Promise<PageOf<Order>> {
  const listKey = 'customerId' in filter ? ['orders of', filter.customerId] : ['orders', filter.status]
  const page = await readPage(listKey, input, byId, (before, limit) =>
    listOrdersPage(context.sql, filter, { before, limit }),
  )
  if (!page)
    throw context.fail('INVALID_CURSOR', 'Cannot use this cursor: it is not a `nextCursor` of this list')
  return { ...page, items: page.items.map((order) => showOrder(order, context.caller)) }
}

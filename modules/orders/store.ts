import type { Static } from 'typebox'
import type { OutputOf } from '#runtime/contract/contract.ts'
import type { Sql, Statement } from '#runtime/database/sql.ts'
import type { Order, orders, PaymentStatus } from './contract.ts'
import { type Status, statusesBefore } from './rules/transitions.ts'

export type PaymentState = Static<typeof PaymentStatus>

/** The content of an order, as the shopper saw it. */
export type Snapshot = Pick<
  Order,
  'contact' | 'lines' | 'shippingOption' | 'coupons' | 'discounts' | 'taxes' | 'taxExemption' | 'totals'
>
type HistoryEntry = Order['history'][number]

/** An order with the members that are private to this module. */
export interface StoredOrder extends Omit<Order, 'cancellable'> {
  intentId: string
  tokenHash: string
  /** As in `Ownership`. Absent when the order was read without a check of the caller. */
  hasKey?: boolean
}

interface OrderRow {
  id: string
  number: number
  status: Status
  payment_status: PaymentState
  provider: string
  intent_id: string
  action_url: string | null
  payment_reason: string | null
  cart_id: string
  token_hash: string
  customer_id: string | null
  snapshot: Snapshot
  history: HistoryEntry[]
  placed_at: Date
}

/** The column list of a statement that returns an `OrderRow`. */
function orderColumns(sql: Sql): Statement {
  return sql`id, number, status, payment_status, provider, intent_id, action_url, payment_reason, cart_id, token_hash,
    customer_id, snapshot, history, placed_at`
}

export interface NewOrder {
  id: string
  intentId: string
  provider: string
  cartId: string
  tokenHash: string
  /** The client's network, which limits its unpaid orders; null if it is unknown. */
  placedFrom: string | null
  customerId: string | null
  snapshot: Snapshot
  placedAt: Date
}

/** Adds a pending order. Returns undefined if the id exists. */
export async function insertOrder(sql: Sql, order: NewOrder): Promise<StoredOrder | undefined> {
  const history = [{ status: 'pending', at: order.placedAt.toISOString() }]
  const [row] = await sql<{ number: number }[]>`
    insert into orders.placed_order
      (id, status, payment_status, provider, intent_id, cart_id, token_hash, placed_from, customer_id, snapshot, history, placed_at)
    values (${order.id}, 'pending', 'pending', ${order.provider}, ${order.intentId}, ${order.cartId}, ${order.tokenHash},
      ${order.placedFrom}, ${order.customerId}, ${sql.json(order.snapshot as never)}, ${sql.json(history)}, ${order.placedAt})
    on conflict (id) do nothing
    returning number`
  if (!row) return undefined
  return toOrder({
    id: order.id,
    number: row.number,
    status: 'pending',
    payment_status: 'pending',
    provider: order.provider,
    intent_id: order.intentId,
    action_url: null,
    payment_reason: null,
    cart_id: order.cartId,
    token_hash: order.tokenHash,
    customer_id: order.customerId,
    snapshot: order.snapshot,
    history,
    placed_at: order.placedAt,
  })
}

/**
 * Changes an order's status if `rules/transitions.ts` allows it. Returns the changed order; undefined when nothing
 * changed.
 */
export async function changeStatus(
  sql: Sql,
  id: string,
  change: {
    to: Status
    paymentStatus?: PaymentState
    reason?: string
    note?: string
    /** History entries about the payment, added after the entry of this change. */
    paymentEntries?: readonly HistoryEntry[]
    at: Date
  },
): Promise<StoredOrder | undefined> {
  const entry: HistoryEntry = {
    status: change.to,
    at: change.at.toISOString(),
    ...(change.note ? { note: change.note } : {}),
  }
  const [row] = await sql<OrderRow[]>`
    update orders.placed_order
    set status = ${change.to}, payment_status = coalesce(${change.paymentStatus ?? null}, payment_status),
      payment_reason = coalesce(${change.reason ?? null}, payment_reason), action_url = null, placed_from = null,
      history = history || ${sql.json([entry, ...(change.paymentEntries ?? [])])}
    where id = ${id} and status = any(${statusesBefore(change.to)})
    returning ${orderColumns(sql)}`
  return row && toOrder(row)
}

/**
 * Stores the URL where the shopper confirms the payment of a pending order; null if the result is still unknown.
 * Returns undefined if the order is not pending.
 */
export async function updateAction(
  sql: Sql,
  id: string,
  actionUrl: string | null,
): Promise<StoredOrder | undefined> {
  const [row] = await sql<OrderRow[]>`
    update orders.placed_order
    set payment_status = ${actionUrl === null ? 'pending' : 'requires_action'}, action_url = ${actionUrl}
    where id = ${id} and status = 'pending'
    returning ${orderColumns(sql)}`
  return row && toOrder(row)
}

/**
 * The number of pieces that orders waiting for the shopper's payment reserve for the customer of the order `id`, or for
 * the network from which that order was placed, whichever is greater. The `coalesce` is the expression of the index
 * `placed_order_unpaid_customer`.
 */
export async function unpaidPieces(sql: Sql, id: string): Promise<number> {
  const pieces = sql`(select sum((line->>'quantity')::int) from jsonb_array_elements(unpaid.snapshot->'lines') as line)`
  const [row] = await sql<{ pieces: number }[]>`
    select greatest(
      (select sum(${pieces}) from orders.placed_order as unpaid
       where unpaid.payment_status = 'requires_action' and unpaid.placed_from = placed.placed_from),
      (select sum(${pieces}) from orders.placed_order as unpaid
       where unpaid.payment_status = 'requires_action' and unpaid.customer_id is not null
         and coalesce(unpaid.customer_id, '') = placed.customer_id),
      0)::int as pieces
    from orders.placed_order as placed
    where placed.id = ${id}`
  return row?.pieces ?? 0
}

/**
 * Stores that the payment of a cancelled order was refunded or voided. Returns undefined, and changes nothing, unless the
 * order is cancelled and its payment status is `paid`; after the first call it is not.
 */
export async function updateRefund(
  sql: Sql,
  id: string,
  paymentStatus: PaymentState,
  entry: HistoryEntry,
): Promise<StoredOrder | undefined> {
  const [row] = await sql<OrderRow[]>`
    update orders.placed_order
    set payment_status = ${paymentStatus}, history = history || ${sql.json([entry])}
    where id = ${id} and status = 'cancelled' and payment_status = 'paid'
    returning ${orderColumns(sql)}`
  return row && toOrder(row)
}

export async function findOrder(sql: Sql, id: string): Promise<StoredOrder | undefined> {
  const [row] = await sql<OrderRow[]>`select ${orderColumns(sql)} from orders.placed_order where id = ${id}`
  return row && toOrder(row)
}

/** All orders, orders with a status, or orders of a customer and guests' orders for the customer's confirmed email. */
export type OrderFilter = { status?: Status } | { customerId: string; confirmedEmail: string | undefined }

/** Lists up to `limit` orders older than the order `before`, newest first. Ids sort by time. */
export async function listOrdersPage(
  sql: Sql,
  filter: OrderFilter,
  page: { before: string | undefined; limit: number },
): Promise<StoredOrder[]> {
  const newest = (condition: Statement) => sql`
    (select ${orderColumns(sql)} from orders.placed_order
     where ${condition} ${page.before === undefined ? sql`` : sql`and id < ${page.before}`}
     order by id desc limit ${page.limit})`
  if (!('customerId' in filter)) {
    const { status } = filter
    const rows = await sql<OrderRow[]>`${newest(status === undefined ? sql`true` : sql`status = ${status}`)}`
    return rows.map(toOrder)
  }
  const own = newest(sql`customer_id = ${filter.customerId}`)
  if (filter.confirmedEmail === undefined) return (await sql<OrderRow[]>`${own}`).map(toOrder)
  // Two index scans with a limit: a single condition with "or" would sort all orders that match.
  const guests = newest(sql`
    customer_id is null and lower((snapshot->'contact'->>'email') collate "C") = ${filter.confirmedEmail}`)
  const rows = await sql<OrderRow[]>`
    select ${orderColumns(sql)} from (${own} union all ${guests}) as shown order by id desc limit ${page.limit}`
  // The confirmed email gives the customer the same access to a guest's order as a key
  return rows.map((row) => ({ ...toOrder(row), hasKey: row.customer_id === null }))
}

type AuditedOrder = OutputOf<typeof orders.methods.auditOrders>['orders'][number]

/**
 * Lists up to `limit` orders with an id greater than `after`, sorted by id, with the members that the audit compares.
 */
export async function listAuditedOrders(sql: Sql, after: string, limit: number): Promise<AuditedOrder[]> {
  const rows = await sql<
    (Omit<AuditedOrder, 'placedAt' | 'promotions'> & { placedAt: Date; promotions: number | null })[]
  >`
    select id as "orderId", intent_id as "intentId", cart_id as "cartId", status, snapshot->'totals'->'total' as total,
      (select coalesce(json_agg(json_build_object('variantId', line->'variantId', 'quantity', line->'quantity')), '[]')
       from jsonb_array_elements(snapshot->'lines') as line) as lines,
      jsonb_array_length(snapshot->'discounts') as promotions, placed_at as "placedAt"
    from orders.placed_order where id > ${after} order by id limit ${limit}`
  return rows.map(({ promotions, ...row }) => ({
    ...row,
    ...(promotions === null ? {} : { promotions }),
    placedAt: row.placedAt.toISOString(),
  }))
}

function toOrder(row: OrderRow): StoredOrder {
  const { contact, lines, shippingOption, coupons, discounts, taxes, taxExemption, totals } = row.snapshot
  return {
    id: row.id,
    number: `P-${row.number}`,
    status: row.status,
    payment: {
      status: row.payment_status,
      provider: row.provider,
      actionUrl: row.action_url,
      reason: row.payment_reason,
    },
    cartId: row.cart_id,
    customerId: row.customer_id,
    contact,
    lines,
    shippingOption,
    coupons,
    ...(discounts ? { discounts } : {}),
    ...(taxes ? { taxes } : {}),
    ...(taxExemption ? { taxExemption } : {}),
    totals,
    placedAt: row.placed_at.toISOString(),
    history: row.history,
    intentId: row.intent_id,
    tokenHash: row.token_hash,
  }
}

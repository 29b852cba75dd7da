import type { Sql } from '#runtime/database/pool.ts'
import type { CartState } from './rules/cart-state.ts'

/** Reads a cart without a check of its owner; undefined if it does not exist. */
export async function readCart(sql: Sql, id: string): Promise<CartState | undefined> {
  const [cart] = await sql<CartState[]>`select ${columns(sql)} from cart.cart where id = ${id}`
  return cart
}

/** Reads carts and locks them until the transaction ends. Returns them by id; missing ids have no entry. */
export async function lockCarts(sql: Sql, ids: readonly string[]): Promise<Map<string, CartState>> {
  const carts = await sql<CartState[]>`
    select ${columns(sql)} from cart.cart
    where id = any(${ids as string[]}::text[])
    order by id
    for no key update`
  return new Map(carts.map((cart) => [cart.id, cart]))
}

/** The customer's open cart, of which there is at most one. It may have expired. */
export async function findOpenCart(sql: Sql, customerId: string): Promise<CartState | undefined> {
  const [cart] = await sql<CartState[]>`
    select ${columns(sql)} from cart.cart
    where customer_id = ${customerId} and status = 'open' and merged_into is null`
  return cart
}

export async function insertCart(sql: Sql, cart: CartState, now: Date): Promise<void> {
  await sql`
    insert into cart.cart (id, token_hash, customer_id, currency, created_at, changed_at, expires_at)
    values (${cart.id}, ${cart.tokenHash}, ${cart.customerId}, ${cart.currency}, ${now}, ${now}, ${cart.expiresAt})`
}

/**
 * Inserts this cart for its customer. If they have an open cart, that one gets the new token's hash and is returned; if
 * it has expired, it is emptied first and keeps its id.
 */
export async function openCustomersCart(sql: Sql, cart: CartState, now: Date): Promise<CartState> {
  const [opened] = await sql<[CartState]>`
    insert into cart.cart (id, token_hash, customer_id, currency, created_at, changed_at, expires_at)
    values (${cart.id}, ${cart.tokenHash}, ${cart.customerId}, ${cart.currency}, ${now}, ${now}, ${cart.expiresAt})
    on conflict (customer_id) where customer_id is not null and status = 'open' and merged_into is null
    do update set
      token_hash = excluded.token_hash,
      version = cart.version + 1,
      currency = case when cart.expires_at > ${now} then cart.currency else excluded.currency end,
      lines = case when cart.expires_at > ${now} then cart.lines else excluded.lines end,
      contact = case when cart.expires_at > ${now} then cart.contact end,
      shipping_option_id = case when cart.expires_at > ${now} then cart.shipping_option_id end,
      coupons = case when cart.expires_at > ${now} then cart.coupons else excluded.coupons end,
      expires_at = case when cart.expires_at > ${now} then cart.expires_at else excluded.expires_at end
    returning ${columns(sql)}`
  return opened
}

/**
 * Writes an open cart if its version is still `cart.version`, and raises the version by 1. Returns false, and writes nothing,
 * if another request has changed or frozen the cart since it was read.
 */
export async function updateCart(sql: Sql, cart: CartState, now: Date): Promise<boolean> {
  const { count } = await sql`
    update cart.cart
    set version = version + 1,
        customer_id = ${cart.customerId},
        lines = ${sql.json(cart.lines as never)},
        contact = ${cart.contact && sql.json(cart.contact)},
        shipping_option_id = ${cart.shippingOptionId},
        coupons = ${cart.coupons}::text[],
        merged_into = ${cart.mergedInto},
        changed_at = ${now},
        expires_at = ${cart.expiresAt}
    where id = ${cart.id} and version = ${cart.version} and status = 'open'`
  return count === 1
}

/**
 * Freezes an open cart of this version for an order. Returns true also if this order has already frozen or closed the cart.
 */
export async function freeze(
  sql: Sql,
  id: string,
  version: number,
  orderId: string,
  now: Date,
): Promise<boolean> {
  const { count } = await sql`
    update cart.cart
    set status = case status when 'open' then 'frozen' else status end, order_id = ${orderId}, changed_at = ${now}
    where id = ${id} and ((status = 'open' and version = ${version}) or order_id = ${orderId})`
  return count === 1
}

/**
 * Reopens a cart that this order froze or closed. The version grows even if the cart is open, so that a late freeze of
 * the same order fails. Returns false and changes nothing if the cart is another order's, or if the customer has opened
 * another cart meanwhile.
 */
export async function thaw(
  sql: Sql,
  id: string,
  orderId: string,
  now: Date,
  expiresAt: Date,
): Promise<boolean> {
  const { count } = await sql`
    update cart.cart
    set status = 'open', order_id = null, version = version + 1, changed_at = ${now}, expires_at = ${expiresAt}
    where id = ${id} and (status = 'open' or order_id = ${orderId})
      and not exists (
        select from cart.cart as other
        where other.customer_id = cart.customer_id and other.status = 'open' and other.merged_into is null
          and other.id <> cart.id
      )`
  return count === 1
}

/** Ends a locked cart: sets `merged_into` to the cart `into`, which its customer uses instead. */
export async function endCart(sql: Sql, id: string, into: string, now: Date): Promise<void> {
  await sql`
    update cart.cart
    set status = 'open', order_id = null, merged_into = ${into}, version = version + 1, changed_at = ${now}
    where id = ${id}`
}

/** Marks a cart as ordered if this order froze it. Otherwise changes nothing. */
export async function close(sql: Sql, id: string, orderId: string, now: Date): Promise<void> {
  await sql`
    update cart.cart
    set status = 'ordered', changed_at = ${now}
    where id = ${id} and status = 'frozen' and order_id = ${orderId}`
}

/** Counts a try of an unknown coupon code. Returns false, and counts nothing, when the limit is reached. */
export async function countCouponTry(
  sql: Sql,
  { subject, max }: { subject: string; max: number },
  windowEndsAt: Date,
  now: Date,
): Promise<boolean> {
  const { count } = await sql`
    insert into cart.coupon_try as present (subject, failures, window_ends_at)
    values (${subject}, 1, ${windowEndsAt})
    on conflict (subject) do update set
      failures = case when present.window_ends_at <= ${now} then 1 else present.failures + 1 end,
      window_ends_at = case when present.window_ends_at <= ${now} then excluded.window_ends_at else present.window_ends_at end
    where present.window_ends_at <= ${now} or present.failures < ${max}`
  return count === 1
}

/** Counts of unknown codes that these subjects tried, including counts whose window has ended. */
export async function findCouponTries(
  sql: Sql,
  subjects: readonly string[],
): Promise<{ subject: string; failures: number; windowEndsAt: Date }[]> {
  return await sql<{ subject: string; failures: number; windowEndsAt: Date }[]>`
    select subject, failures, window_ends_at as "windowEndsAt" from cart.coupon_try
    where subject = any(${subjects as string[]}::text[])`
}

/**
 * Deletes up to `limit` carts that expired before `threshold` and are not in checkout, and up to `limit` counts of
 * coupon tries whose window has ended. Returns the number of deleted carts.
 */
export async function deleteExpiredBefore(
  sql: Sql,
  threshold: Date,
  now: Date,
  limit: number,
): Promise<number> {
  const { count } = await sql`
    with tries as (
      delete from cart.coupon_try where subject = any(array(
        select subject from cart.coupon_try where window_ends_at <= ${now}
        order by window_ends_at limit ${limit} for update skip locked
      ))
    )
    delete from cart.cart
    where id = any(array(
      select id from cart.cart
      where status <> 'frozen' and expires_at < ${threshold}
      order by expires_at
      limit ${limit}
      for update skip locked
    ))`
  return count
}

/** Finds customers with more than one open cart, up to `limit`. */
export async function findSeveralOpen(
  sql: Sql,
  limit: number,
): Promise<{ customerId: string; cartIds: string[] }[]> {
  return await sql<{ customerId: string; cartIds: string[] }[]>`
    select customer_id as "customerId", array_agg(id order by id) as "cartIds"
    from cart.cart
    where customer_id is not null and status = 'open' and merged_into is null
    group by customer_id
    having count(*) > 1
    order by customer_id
    limit ${limit}`
}

export interface FrozenCart {
  cartId: string
  status: string
  orderId: string
}

/** Lists frozen carts by id, starting after the id `after`. */
export async function listFrozen(sql: Sql, after: string, limit: number): Promise<FrozenCart[]> {
  return await sql<FrozenCart[]>`
    select id as "cartId", status, order_id as "orderId"
    from cart.cart
    where status = 'frozen' and id > ${after}
    order by id
    limit ${limit}`
}

function columns(sql: Sql) {
  return sql`
    id, status, version, token_hash as "tokenHash", customer_id as "customerId", currency, lines, contact,
    shipping_option_id as "shippingOptionId", coupons, order_id as "orderId", merged_into as "mergedInto",
    expires_at as "expiresAt"`
}

import type { Sql } from '#runtime/database/pool.ts'

/** Identifies a buyer: by the customer's id, or by the email address in lower case; null where it is not known. */
export interface BuyerKey {
  customerId: string | null
  email: string | null
}

/** The buyer of an order. */
export type OrderBuyer = BuyerKey & { email: string }

export interface CodeOwner {
  code: string
  promotionId: string
  /** The order that used it. */
  usedBy: string | null
}

/** The promotions of single-use codes. Codes that do not exist are missing. */
export async function findSingleUseCodes(sql: Sql, codes: readonly string[]): Promise<CodeOwner[]> {
  return sql<CodeOwner[]>`
    select code, promotion_id as "promotionId", order_id as "usedBy"
    from pricing.promotion_code
    where code = any(${codes as string[]}::text[]) and is_single_use`
}

/** How often promotions were used: by all orders, and by the orders of a buyer. `except` is an order that does not count. */
export async function countUses(
  sql: Sql,
  promotionIds: readonly string[],
  buyer: BuyerKey | undefined,
  except = '',
): Promise<{ promotionId: string; uses: number; usesByBuyer: number }[]> {
  return sql<{ promotionId: string; uses: number; usesByBuyer: number }[]>`
    select wanted.id as "promotionId",
      coalesce(promotion_use.uses, 0) - (
        select count(*)::int from pricing.redemption
        where promotion_id = wanted.id and order_id = ${except} and is_counted
      ) as uses,
      (
        select count(*)::int from pricing.redemption
        where promotion_id = wanted.id and order_id <> ${except}
          and (email = ${buyer?.email ?? null} or customer_id = ${buyer?.customerId ?? null})
      ) as "usesByBuyer"
    from unnest(${promotionIds as string[]}::text[]) as wanted (id)
      left join pricing.promotion_use on promotion_id = wanted.id`
}

/** Whether a buyer has placed an order that was not cancelled. `except` is an order that does not count. */
export async function hasOrdered(sql: Sql, { customerId, email }: BuyerKey, except = ''): Promise<boolean> {
  const [row] = await sql<[{ found: boolean }]>`
    select exists (
      select from pricing.buyer_order
      where not is_cancelled and order_id <> ${except} and (email = ${email} or customer_id = ${customerId})
    ) as found`
  return row.found
}

/** Records an order's buyer. Returns its state: `repeated` if it was recorded before, `cancelled` if it was restored. */
export async function recordBuyer(
  sql: Sql,
  orderId: string,
  { customerId, email }: OrderBuyer,
  now: Date,
): Promise<'recorded' | 'repeated' | 'cancelled'> {
  const [row] = await sql<{ isCancelled: boolean; isNew: boolean }[]>`
    insert into pricing.buyer_order as present (order_id, customer_id, email, is_cancelled, placed_at)
    values (${orderId}, ${customerId}, ${email}, false, ${now})
    on conflict (order_id) do update set placed_at = present.placed_at
    returning is_cancelled as "isCancelled", xmax = 0 as "isNew"`
  if (row!.isCancelled) return 'cancelled'
  return row!.isNew ? 'recorded' : 'repeated'
}

/** Locks the counters of promotions, in the order of their ids, so that orders cannot deadlock. Creates missing ones. */
export async function lockUses(sql: Sql, promotionIds: readonly string[]): Promise<void> {
  const sorted = [...new Set(promotionIds)].sort()
  // The update changes nothing, but it locks the row, or creates it again if its promotion has just been deleted
  await sql`
    insert into pricing.promotion_use as present (promotion_id, uses)
    select id, 0 from unnest(${sorted}::text[]) as wanted (id)
    on conflict (promotion_id) do update set uses = present.uses`
}

/** Takes a single-use code for an order. Returns false if another order has it, or it does not exist. */
export async function takeCode(
  sql: Sql,
  code: string,
  promotionId: string,
  orderId: string,
): Promise<boolean> {
  const { count } = await sql`
    update pricing.promotion_code set order_id = ${orderId}
    where code = ${code} and promotion_id = ${promotionId} and is_single_use
      and (order_id is null or order_id = ${orderId})`
  return count === 1
}

/** Records that an order uses promotions, and counts those of `counted`, whose counters must be locked. */
export async function insertRedemptions(
  sql: Sql,
  orderId: string,
  promotionIds: readonly string[],
  counted: readonly string[],
  { customerId, email }: OrderBuyer,
  now: Date,
): Promise<void> {
  await sql`
    with inserted as (
      insert into pricing.redemption (order_id, promotion_id, customer_id, email, is_counted, redeemed_at)
      select ${orderId}, id, ${customerId}, ${email}, id = any(${counted as string[]}::text[]), ${now}
      from unnest(${promotionIds as string[]}::text[]) as used (id)
      on conflict do nothing
      returning promotion_id, is_counted
    )
    update pricing.promotion_use set uses = uses + 1
    where promotion_id in (select promotion_id from inserted where is_counted)`
}

/** Gives back what an order used, and marks it as cancelled, so that a late redemption fails. */
export async function restore(sql: Sql, orderId: string, now: Date): Promise<void> {
  await sql`
    insert into pricing.buyer_order (order_id, customer_id, email, is_cancelled, placed_at)
    values (${orderId}, null, '', true, ${now})
    on conflict (order_id) do update set is_cancelled = true`
  await sql`
    with deleted as (
      delete from pricing.redemption where order_id = ${orderId} returning promotion_id, is_counted
    ),
    locked as (
      select promotion_id from pricing.promotion_use
      where promotion_id in (select promotion_id from deleted where is_counted)
      order by promotion_id
      for no key update
    )
    update pricing.promotion_use set uses = uses - 1 where promotion_id in (select promotion_id from locked)`
  await sql`update pricing.promotion_code set order_id = null where order_id = ${orderId}`
}

import type { Sql } from '#runtime/database/pool.ts'
import type { Promotion } from '../schemas.ts'

export interface PromotionWithUses {
  id: string
  promotion: Promotion
  /** Orders that use it. */
  uses: number
}

/** Promotions, the newest first, after the one with the id `after`. */
export async function listPromotionRows(
  sql: Sql,
  { active, after, limit }: { active: boolean | null; after: string | null; limit: number },
): Promise<PromotionWithUses[]> {
  return sql<PromotionWithUses[]>`
    select id, definition as promotion,
      (select count(*)::int from pricing.redemption where promotion_id = rule.id) as uses
    from pricing.rule
    where kind = 'promotion'
      and (${active}::boolean is null or (definition -> 'active')::boolean = ${active})
      and (${after}::text is null or id < ${after})
    order by id desc
    limit ${limit}`
}

export async function countRedemptions(sql: Sql, promotionId: string): Promise<number> {
  const [row] = await sql<[{ uses: number }]>`
    select count(*)::int as uses from pricing.redemption where promotion_id = ${promotionId}`
  return row.uses
}

/**
 * Makes `code` the promotion's only code for everybody, or removes it with null. Returns false if another promotion has
 * the code.
 */
export async function writeCommonCode(
  sql: Sql,
  promotionId: string,
  code: string | null,
  now: Date,
): Promise<boolean> {
  await sql`
    delete from pricing.promotion_code
    where promotion_id = ${promotionId} and not is_single_use and code is distinct from ${code}`
  if (code === null) return true
  const { count } = await sql`
    insert into pricing.promotion_code as present (code, promotion_id, is_single_use, created_at)
    values (${code}, ${promotionId}, false, ${now})
    on conflict (code) do update set promotion_id = present.promotion_id
    where present.promotion_id = ${promotionId} and not present.is_single_use`
  return count === 1
}

/** Adds single-use codes. Returns those that were added: codes that exist already are left out. */
export async function insertSingleUseCodes(
  sql: Sql,
  promotionId: string,
  codes: readonly string[],
  now: Date,
): Promise<string[]> {
  const added = await sql<{ code: string }[]>`
    insert into pricing.promotion_code (code, promotion_id, is_single_use, created_at)
    select code, ${promotionId}, true, ${now} from unnest(${codes as string[]}::text[]) as made (code)
    on conflict do nothing
    returning code`
  return added.map(({ code }) => code)
}

export interface CodeRow {
  id: string
  createdAt: Date
  orderId: string | null
}

/** Single-use codes of a promotion, sorted, after the code `after`. */
export async function listCodes(
  sql: Sql,
  promotionId: string,
  after: string | undefined,
  limit: number,
): Promise<CodeRow[]> {
  return sql<CodeRow[]>`
    select code as id, created_at as "createdAt", order_id as "orderId"
    from pricing.promotion_code
    where promotion_id = ${promotionId} and is_single_use and code > ${after ?? ''}
    order by code
    limit ${limit}`
}

/** Counts all orders that use a promotion against its limits, also those from before it had any. Lock its counter first. */
export async function countAllUses(sql: Sql, promotionId: string): Promise<void> {
  await sql`
    update pricing.redemption set is_counted = true where promotion_id = ${promotionId} and not is_counted`
  await sql`
    update pricing.promotion_use
    set uses = (select count(*) from pricing.redemption where promotion_id = ${promotionId})
    where promotion_id = ${promotionId}`
}

export async function deleteCodes(sql: Sql, promotionId: string): Promise<void> {
  await sql`delete from pricing.promotion_code where promotion_id = ${promotionId}`
  await sql`delete from pricing.promotion_use where promotion_id = ${promotionId}`
}

/** Promotions whose counter differs from the number of counted redemptions. */
export async function findWrongCounters(
  sql: Sql,
): Promise<{ promotionId: string; uses: number; redemptions: number }[]> {
  return sql<{ promotionId: string; uses: number; redemptions: number }[]>`
    select promotion_id as "promotionId", coalesce(uses, 0) as uses, coalesce(redemptions, 0)::int as redemptions
    from pricing.promotion_use
      full join (
        select promotion_id, count(*) as redemptions from pricing.redemption where is_counted group by promotion_id
      ) as counted using (promotion_id)
    where coalesce(uses, 0) <> coalesce(redemptions, 0)
    order by promotion_id
    limit 100`
}

/** Orders with redemptions, by id, each with its promotions. */
export async function listRedemptions(
  sql: Sql,
  after: string,
  limit: number,
): Promise<{ orderId: string; promotionIds: string[] }[]> {
  return sql<{ orderId: string; promotionIds: string[] }[]>`
    select order_id as "orderId", array_agg(promotion_id order by promotion_id) as "promotionIds"
    from pricing.redemption
    where order_id > ${after}
    group by order_id
    order by order_id
    limit ${limit}`
}

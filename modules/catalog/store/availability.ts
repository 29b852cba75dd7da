import type { Sql } from '#runtime/database/pool.ts'
import type { ProductSummary } from '../contract.ts'

export interface StoredSummary {
  number: number
  summary: ProductSummary
}

export interface ReportedAvailability {
  available: boolean
  /** Whether its stock is tracked; unchanged if missing. */
  tracked?: boolean | undefined
}

/**
 * Stores the availability of variants, and returns the summaries of products with changed variants. Unpublished
 * products have no summary.
 */
export async function storeAvailability(
  sql: Sql,
  availability: ReadonlyMap<string, ReportedAvailability>,
): Promise<(StoredSummary & { variantIds: string[] })[]> {
  const variantIds = [...availability.keys()]
  const reports = [...availability.values()]
  return sql<(StoredSummary & { variantIds: string[] })[]>`
    with stored as (
      insert into catalog.availability as a (variant_id, available, tracked)
      select variant_id, reported.available, coalesce(reported.tracked, known.tracked, true)
      from unnest(${variantIds}::text[], ${reports.map(({ available }) => String(available))}::text[]::bool[],
        ${reports.map(({ tracked }) => (tracked === undefined ? null : String(tracked)))}::text[]::bool[])
        as reported (variant_id, available, tracked)
      left join catalog.availability known using (variant_id)
      on conflict (variant_id) do update set available = excluded.available, tracked = excluded.tracked
        where (a.available, a.tracked) is distinct from (excluded.available, excluded.tracked)
      returning variant_id
    ), shown as (
      select p.number, array_agg(stored.variant_id) as variant_ids
      from stored join catalog.variant v on v.id = stored.variant_id join catalog.product p on p.id = v.product_id
      group by p.number
    )
    select s.number, s.summary, shown.variant_ids as "variantIds"
    from shown join catalog.summary s on s.number = shown.number`
}

/** Replaces the summaries of products, and updates the availability in their listings. */
export async function replaceSummaries(sql: Sql, changed: readonly StoredSummary[]): Promise<void> {
  const numbers = changed.map(({ number }) => number)
  const texts = changed.map(({ summary }) => JSON.stringify(summary))
  const available = changed.map(({ summary }) => String(summary.available))
  await sql`
    with changed as (
      select number, summary, available
      from unnest(${numbers}::bigint[], ${texts}::text[], ${available}::text[]::bool[]) as c (number, summary, available)
    ), shown as (
      update catalog.summary as s set summary = changed.summary::json from changed where s.number = changed.number
    )
    update catalog.listing as l set available = changed.available
    from changed where l.number = changed.number and l.available <> changed.available`
}

/**
 * Stores variants as available if nothing is stored about them yet. Returns the summaries of their products, each with
 * the ids of its variants that were stored.
 */
export async function storeFirstStock(
  sql: Sql,
  variantIds: readonly string[],
  untrackedIds: readonly string[],
): Promise<(StoredSummary & { begunIds: string[] })[]> {
  return sql<(StoredSummary & { begunIds: string[] })[]>`
    with stored as (
      insert into catalog.availability (variant_id, available, tracked)
      select variant_id, true, variant_id <> all(${untrackedIds as string[]}::text[]) from unnest(${variantIds as string[]}::text[]) as begun (variant_id)
      on conflict (variant_id) do nothing
      returning variant_id
    ),
    begun as materialized (
      select p.number, array_agg(v.id) as ids
      from stored join catalog.variant v on v.id = stored.variant_id
      join catalog.product p on p.id = v.product_id
      group by p.number
    )
    select s.number, s.summary, begun.ids as "begunIds" from begun join catalog.summary s using (number)`
}

import type { Sql } from '#runtime/database/pool.ts'
import type { ProductSummary } from '../contract.ts'

export interface StoredSummary {
  number: number
  summary: ProductSummary
}

/**
 * Notes what inventory told of a variant, and reads the summary that shows it; undefined when nothing changed or the
 * product is not shown.
 */
export async function noteAvailability(
  sql: Sql,
  variantId: string,
  available: boolean,
): Promise<StoredSummary | undefined> {
  const [stored] = await sql<StoredSummary[]>`
    with noted as (
      insert into catalog.availability as a (variant_id, available) values (${variantId}, ${available})
      on conflict (variant_id) do update set available = excluded.available where a.available <> excluded.available
      returning variant_id
    )
    select s.number, s.summary
    from noted join catalog.variant v on v.id = noted.variant_id
    join catalog.product p on p.id = v.product_id
    join catalog.summary s on s.number = p.number`
  return stored
}

/** Replaces a product's summary after its availability has changed. */
export async function replaceSummary(sql: Sql, { number, summary }: StoredSummary): Promise<void> {
  await sql`
    with shown as (
      update catalog.summary set summary = ${sql.json(summary)} where number = ${number}
    )
    update catalog.listing set available = ${summary.available} where number = ${number} and available <> ${summary.available}`
}

/**
 * Notes that these variants are available, those aside of which something is known; and reads the summaries that show
 * them, each with its own.
 */
export async function noteBegunStock(
  sql: Sql,
  variantIds: readonly string[],
): Promise<(StoredSummary & { begunIds: string[] })[]> {
  return sql<(StoredSummary & { begunIds: string[] })[]>`
    with noted as (
      insert into catalog.availability (variant_id, available)
      select variant_id, true from unnest(${variantIds as string[]}::text[]) as begun (variant_id)
      on conflict (variant_id) do nothing
      returning variant_id
    ),
    begun as materialized (
      select p.number, array_agg(v.id) as ids
      from noted join catalog.variant v on v.id = noted.variant_id
      join catalog.product p on p.id = v.product_id
      group by p.number
    )
    select s.number, s.summary, begun.ids as "begunIds" from begun join catalog.summary s using (number)`
}

/** `replaceSummary` for products that are available now. */
export async function replaceSummaries(sql: Sql, stored: readonly StoredSummary[]): Promise<void> {
  const numbers = stored.map(({ number }) => number)
  await sql`
    with shown as (
      update catalog.summary s set summary = row.summary::json
      from unnest(${numbers}::bigint[], ${stored.map(({ summary }) => JSON.stringify(summary))}::text[]) as row (number, summary)
      where s.number = row.number
    )
    update catalog.listing set available = true where number = any(${numbers}::bigint[]) and not available`
}

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

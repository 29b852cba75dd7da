import type { Sql } from '#runtime/database/pool.ts'

/** A listed product with the texts for the search index. */
export interface ListedProduct {
  number: number
  title: string
  vendor: string
  type: string
  tags: string[]
  optionValues: string[]
  skus: string[]
  descriptionHtml: string
}

/** The number of the last rebuilt product. Returns undefined if no rebuild is needed. */
export async function readRebuildPosition(sql: Sql): Promise<number | undefined> {
  const [row] = await sql<{ rebuilt: number }[]>`select rebuilt from catalog.search_rebuild`
  return row?.rebuilt
}

export async function updateRebuildPosition(sql: Sql, last: number): Promise<void> {
  await sql`update catalog.search_rebuild set rebuilt = ${last}`
}

export async function endRebuild(sql: Sql): Promise<void> {
  await sql`delete from catalog.search_rebuild`
}

/** Reads up to `limit` listed products with a number greater than `after`, sorted by number. */
export async function readListed(sql: Sql, after: number, limit: number): Promise<ListedProduct[]> {
  return sql<ListedProduct[]>`
    select number, p.title, vendor, type, tags, description_html as "descriptionHtml",
      array(select value from jsonb_path_query(options, '$[*].values[*]') as o (value_json),
        lateral (select value_json #>> '{}') as v (value)) as "optionValues",
      array(select sku from catalog.variant where product_id = p.id and not withdrawn and sku is not null) as skus
    from (select number from catalog.listing where number > ${after} order by number limit ${limit}) listed
    join catalog.product p using (number)
    order by number`
}

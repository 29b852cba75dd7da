import type { Sql } from '#runtime/database/pool.ts'
import type { ExistingProduct } from '../rules/plan-product.ts'

/** Reads the stored products with these handles, by handle. */
export async function readExistingProducts(
  sql: Sql,
  handles: readonly string[],
): Promise<Map<string, ExistingProduct>> {
  const rows = await sql<(ExistingProduct & { handle: string })[]>`
    select p.handle, p.id, p.draft_hash as "draftHash", p.tax_class as "taxClass",
      p.shipping_class as "shippingClass", variants, pictures
    from catalog.product p
    cross join lateral (
      select json_agg(
        json_build_object('id', v.id, 'sku', v.sku, 'optionValues', v.option_values, 'withdrawn', v.withdrawn,
          'available', coalesce(a.available, false), 'tracked', coalesce(a.tracked, true))
        order by v.withdrawn, v.ordinal) as variants
      from catalog.variant v left join catalog.availability a on a.variant_id = v.id
      where v.product_id = p.id
    ) v
    cross join lateral (
      select json_agg(
        json_build_object('id', c.id, 'sourceUrl', c.source_url)
        order by c.withdrawn, c.ordinal) as pictures
      from catalog.picture c where c.product_id = p.id
    ) c
    where p.handle = any(${handles as string[]})`
  return new Map(rows.map(({ handle, ...product }) => [handle, product]))
}

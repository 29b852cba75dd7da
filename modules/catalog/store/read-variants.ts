import type { Sql } from '#runtime/database/pool.ts'
import type { SellableVariant } from '../contract.ts'

/**
 * Reads those of these variants that are on sale, in any order: not withdrawn, and of a published product. Ignores
 * unknown ids.
 */
export async function readSellableVariants(
  sql: Sql,
  variantIds: readonly string[],
): Promise<SellableVariant[]> {
  const rows = await sql<(Omit<SellableVariant, 'shippingClass'> & { shippingClass: string | null })[]>`
    select v.id as "variantId", p.id as "productId", p.handle as "productHandle", p.title as "productTitle",
      v.title as "variantTitle", v.sku, json_build_object('amount', v.price, 'currency', v.currency) as price,
      json_build_object('url', '/pictures/' || c.id, 'alt', c.alt) as picture, v.weight_grams as "weightGrams",
      coalesce(v.weight_milligrams, v.weight_grams * 1000::bigint) as "weightMilligrams",
      v.requires_shipping as "requiresShipping", v.taxable, p.tax_class as "taxClass",
      p.shipping_class as "shippingClass",
      array(
        select category_handle from catalog.product_category where product_id = p.id order by ordinal
      ) as categories
    from catalog.variant v
    join catalog.product p on p.id = v.product_id
    join catalog.picture c on c.id = v.picture_id
    where v.id = any(${variantIds as string[]}) and not v.withdrawn and p.published`
  return rows.map(({ shippingClass, ...variant }) =>
    shippingClass === null ? variant : { ...variant, shippingClass },
  )
}

/** Whether this variant exists and is not withdrawn. Its product may be unpublished. */
export async function variantExists(sql: Sql, variantId: string): Promise<boolean> {
  const { count } = await sql`select from catalog.variant where id = ${variantId} and not withdrawn`
  return count > 0
}

import type { Sql } from '#runtime/database/pool.ts'

/** The variants in a customer's wishlist, oldest first. */
export async function readVariantIds(sql: Sql, customerId: string): Promise<string[]> {
  const [row] = await sql<{ variantIds: string[] }[]>`
    select variant_ids as "variantIds" from wishlist.list where customer_id = ${customerId}`
  return row?.variantIds ?? []
}

/**
 * Adds a variant at the end of a wishlist, or moves it there. Returns false, and changes nothing, if the wishlist has
 * `maxItems` other variants.
 */
export async function addVariant(
  sql: Sql,
  { customerId, variantId, maxItems }: { customerId: string; variantId: string; maxItems: number },
): Promise<boolean> {
  const rows = await sql`
    insert into wishlist.list as kept (customer_id, variant_ids) values (${customerId}, array[${variantId}::text])
    on conflict (customer_id) do update set variant_ids = array_remove(kept.variant_ids, ${variantId}) || ${variantId}::text
    where cardinality(array_remove(kept.variant_ids, ${variantId})) < ${maxItems}
    returning customer_id`
  return rows.length === 1
}

/** Removes variants from a wishlist. Ignores those that are not in it. */
export async function removeVariants(
  sql: Sql,
  customerId: string,
  variantIds: readonly string[],
): Promise<void> {
  await sql`
    update wishlist.list set variant_ids = array(
      select id from unnest(variant_ids) with ordinality as kept (id, position) where id <> all(${variantIds}) order by position)
    where customer_id = ${customerId}`
}

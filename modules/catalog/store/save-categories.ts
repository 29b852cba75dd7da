import type { Sql } from '#runtime/database/pool.ts'
import type { ProductPlan } from '../rules/plan-product.ts'

// Counts are updated by differences. Recounting for each batch of an import would slow down with the number of
// products.

/**
 * Removes products from their categories. Call it before the products are written, because it needs their old state.
 */
export async function removeFromCategories(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  await sql`
    with removed as (
      delete from catalog.product_category pc using catalog.product p
      where p.id = any(${plans.map(({ id }) => id)}) and pc.product_id = p.id
      returning pc.category_handle, p.published
    ), counted as (
      select category_handle, count(*) as published from removed where published group by category_handle
    )
    update catalog.category c set product_count = c.product_count - counted.published
    from counted where c.handle = counted.category_handle`
}

/** Adds products, which must be in no category, to their categories, and creates missing categories. */
export async function addToCategories(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  const assignments = plans.flatMap(({ id, categories }) =>
    categories.map(({ handle }, ordinal) => ({ product_id: id, handle, ordinal })),
  )
  if (assignments.length === 0) return
  const categories = new Map<string, { handle: string; title: string; published: number }>()
  for (const { draft, categories: categoriesOfProduct } of plans) {
    for (const { handle, title } of categoriesOfProduct) {
      const category = categories.get(handle) ?? { handle, title, published: 0 }
      categories.set(handle, category)
      if (draft.published) category.published++
    }
  }
  await Promise.all([
    // An existing category keeps its title, because a later spelling is not more likely to be right
    sql`
      insert into catalog.category as c (handle, title, product_count)
      select handle, title, published
      from jsonb_to_recordset(${sql.json([...categories.values()])}) as row (handle text, title text, published int)
      on conflict (handle) do update set product_count = c.product_count + excluded.product_count`,
    sql`
      insert into catalog.product_category (product_id, category_handle, ordinal)
      select product_id, handle, ordinal
      from jsonb_to_recordset(${sql.json(assignments)}) as row (product_id text, handle text, ordinal int)`,
  ])
}

import type { Sql } from '#runtime/database/pool.ts'
import type { ProductPlan } from '../rules/plan-product.ts'

/** Writes in which categories these products stand, makes the categories that are new, and counts again. */
export async function saveCategories(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  const rows = plans.flatMap(({ id, categories }) =>
    categories.map(({ handle, title }, ordinal) => ({ product_id: id, handle, title, ordinal })),
  )
  const [left] = await Promise.all([
    sql<{ handle: string }[]>`
      delete from catalog.product_category where product_id = any(${plans.map(({ id }) => id)})
      returning category_handle as handle`,
    // The first title stays: which of two spellings came last says nothing about which is right.
    sql`
      insert into catalog.category (handle, title)
      select distinct on (handle) handle, title from jsonb_to_recordset(${sql.json(rows)}) as row (handle text, title text)
      on conflict (handle) do nothing`,
    sql`
      insert into catalog.product_category (product_id, category_handle, ordinal)
      select product_id, handle, ordinal
      from jsonb_to_recordset(${sql.json(rows)}) as row (product_id text, handle text, ordinal int)`,
  ])
  const touched = [...new Set([...left, ...rows].map(({ handle }) => handle))]
  await sql`
    update catalog.category c set product_count = (
      select count(*) from catalog.product_category pc join catalog.product p on p.id = pc.product_id
      where pc.category_handle = c.handle and p.published)
    where c.handle = any(${touched})`
}

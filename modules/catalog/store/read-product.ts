import type { Static } from 'typebox'
import type { Sql } from '#runtime/database/pool.ts'
import type { CategoryRef, Product, ProductSummary } from '../contract.ts'

interface ProductRow extends Omit<Product, keyof ProductSummary> {
  summary: ProductSummary
}

/** Reads a published product. Returns undefined for an unknown handle. */
export async function readProduct(sql: Sql, handle: string): Promise<Product | undefined> {
  const [row] = await sql<ProductRow[]>`
    select s.summary, p.description_html as "descriptionHtml", p.options, p.tags, p.seo_title as "seoTitle",
      p.seo_description as "seoDescription",
      (select json_agg(json_build_object('url', '/pictures/' || id, 'alt', alt) order by ordinal)
        from catalog.picture where product_id = p.id and not withdrawn and not described) as pictures,
      (select coalesce(json_agg(json_build_object('handle', c.handle, 'title', c.title) order by pc.ordinal), '[]')
        from catalog.product_category pc join catalog.category c on c.handle = pc.category_handle
        where pc.product_id = p.id) as categories
    from catalog.product p join catalog.summary s using (number)
    where p.handle = ${handle}`
  if (!row) return undefined
  const { summary, ...details } = row
  return { ...summary, ...details }
}

export interface CategoryRow extends Static<typeof CategoryRef> {
  productCount: number
}

/** Reads the categories with published products, sorted by title. */
export async function readCategories(sql: Sql): Promise<CategoryRow[]> {
  return sql<CategoryRow[]>`
    select handle, title, product_count as "productCount" from catalog.category
    where product_count > 0 order by title collate "C", handle`
}

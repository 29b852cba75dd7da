import type { Sql } from '#runtime/database/pool.ts'
import type { StoredProduct } from '../rules/draft-of-stored.ts'

export interface SavedProductRow {
  id: string
  createdAt: Date
  updatedAt: Date
  variantIds: string[]
  stored: StoredProduct
}

/** Reads a stored product, published or not. Returns undefined for an unknown handle. */
export async function readSavedProduct(sql: Sql, handle: string): Promise<SavedProductRow | undefined> {
  const [row] = await sql<SavedProductRow[]>`
    select p.id, p.created_at as "createdAt", p.updated_at as "updatedAt", v.ids as "variantIds",
      json_build_object('handle', p.handle, 'title', p.title, 'descriptionHtml', p.description_html,
        'vendor', p.vendor, 'type', p.type, 'tags', p.tags, 'published', p.published, 'options', p.options,
        'seoTitle', p.seo_title, 'seoDescription', p.seo_description, 'taxClass', p.tax_class,
        'shippingClass', p.shipping_class, 'variants', v.variants, 'pictures', c.pictures)
      as stored
    from catalog.product p
    cross join lateral (
      select json_agg(id order by ordinal) as ids,
        json_agg(json_build_object('sku', sku, 'optionValues', option_values,
          'price', json_build_object('amount', price, 'currency', currency), 'compareAtAmount', compare_at_price,
          'weightMilligrams', coalesce(weight_milligrams, weight_grams * 1000::bigint),
          'requiresShipping', requires_shipping, 'taxable', taxable, 'barcode', barcode, 'pictureId', picture_id)
          order by ordinal) as variants
      from catalog.variant where product_id = p.id and not withdrawn
    ) v
    cross join lateral (
      select json_agg(json_build_object('id', id, 'sourceUrl', source_url, 'alt', alt, 'isInDescription', described)
        order by ordinal) as pictures
      from catalog.picture where product_id = p.id and not withdrawn
    ) c
    where p.handle = ${handle}`
  return row
}

export interface ListedProductRow {
  id: string
  number: number
  handle: string
  title: string
  published: boolean
  updatedAt: Date
}

/** Lists up to `rows` products with a number below `before`, newest first. */
export async function listSavedProducts(
  sql: Sql,
  { published, before, rows }: { published: boolean | undefined; before: number | undefined; rows: number },
): Promise<ListedProductRow[]> {
  const last = before === undefined ? sql`` : sql`and number < ${before}`
  // Literal conditions, because the partial index of unpublished products matches only these
  const filter = published === undefined ? sql`` : published ? sql`and published` : sql`and not published`
  return sql<ListedProductRow[]>`
    select id, number, handle, title, published, updated_at as "updatedAt"
    from catalog.product where true ${filter} ${last}
    order by number desc limit ${rows}`
}

/** The ids of a product's variants in their order. Returns undefined for an unknown handle. */
export async function readVariantIds(sql: Sql, handle: string): Promise<string[] | undefined> {
  const [row] = await sql<{ ids: string[] }[]>`
    select (select array_agg(id order by ordinal) from catalog.variant where product_id = p.id and not withdrawn) as ids
    from catalog.product p where handle = ${handle}`
  return row?.ids
}

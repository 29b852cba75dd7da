import type { Sql } from '#runtime/database/pool.ts'
import type { ProductPlan } from '../rules/plan-product.ts'
import { addToCategories, removeFromCategories } from './save-categories.ts'
import { saveListings } from './save-listings.ts'

/**
 * Writes products with all their data. The number of statements does not depend on the number of products. The caller
 * must hold the catalog's lock in a transaction.
 */
export async function saveProducts(sql: Sql, plans: readonly ProductPlan[], now: Date): Promise<void> {
  const existing = plans.filter(({ isNew }) => !isNew)
  // Each group of statements is sent at once and runs in this order. None needs the result of another in its group.
  const [, numbers] = await Promise.all([
    existing.length > 0 && removeFromCategories(sql, existing),
    upsertProducts(sql, plans, now),
    upsertPictures(sql, plans),
  ])
  await Promise.all([
    upsertVariants(sql, plans),
    existing.length > 0 && withdrawMissing(sql, existing),
    saveListings(sql, plans, numbers),
    addToCategories(sql, plans),
  ])
}

/** Returns the numbers of the products, by id. */
async function upsertProducts(
  sql: Sql,
  plans: readonly ProductPlan[],
  now: Date,
): Promise<Map<string, number>> {
  const rows = plans.map(({ id, draft, draftHash, descriptionHtml, seoTitle, seoDescription, classes }) => ({
    id,
    handle: draft.handle,
    title: draft.title,
    description_html: descriptionHtml,
    vendor: draft.vendor,
    type: draft.type,
    tags: draft.tags,
    options: draft.options,
    published: draft.published,
    seo_title: seoTitle,
    seo_description: seoDescription,
    tax_class: classes.taxClass,
    shipping_class: classes.shippingClass,
    draft_hash: draftHash,
  }))
  const numbers = await sql<{ id: string; number: number }[]>`
    insert into catalog.product (id, handle, title, description_html, vendor, type, tags, options, published, seo_title,
      seo_description, tax_class, shipping_class, draft_hash, created_at, updated_at)
    select id, handle, title, description_html, vendor, type, tags, options, published, seo_title, seo_description,
      tax_class, shipping_class, draft_hash, ${now}, ${now}
    from jsonb_to_recordset(${sql.json(rows)}) as row (id text, handle text, title text, description_html text,
      vendor text, type text, tags jsonb, options jsonb, published boolean, seo_title text, seo_description text,
      tax_class text, shipping_class text, draft_hash text)
    on conflict (id) do update set title = excluded.title, description_html = excluded.description_html,
      vendor = excluded.vendor, type = excluded.type, tags = excluded.tags, options = excluded.options,
      published = excluded.published, seo_title = excluded.seo_title, seo_description = excluded.seo_description,
      tax_class = excluded.tax_class, shipping_class = excluded.shipping_class, draft_hash = excluded.draft_hash,
      updated_at = excluded.updated_at
    returning id, number`
  return new Map(numbers.map(({ id, number }) => [id, number]))
}

async function upsertPictures(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  const rows = plans.flatMap(({ id, pictures }) =>
    pictures.map((picture, ordinal) => ({
      id: picture.id,
      product_id: id,
      ordinal,
      source_url: picture.sourceUrl,
      alt: picture.alt,
      described: picture.isInDescription,
    })),
  )
  await sql`
    insert into catalog.picture (id, product_id, ordinal, source_url, alt, described)
    select id, product_id, ordinal, source_url, alt, described from jsonb_to_recordset(${sql.json(rows)})
      as row (id text, product_id text, ordinal int, source_url text, alt text, described boolean)
    on conflict (id) do update set ordinal = excluded.ordinal, alt = excluded.alt, described = excluded.described,
      withdrawn = false`
}

async function upsertVariants(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  const rows = plans.flatMap((plan) =>
    plan.variants.map(({ id, title, pictureId, draft }, ordinal) => ({
      id,
      product_id: plan.id,
      ordinal,
      sku: draft.sku,
      title,
      option_values: draft.optionValues,
      price: draft.price.amount,
      compare_at_price: draft.compareAtPrice?.amount ?? null,
      currency: draft.price.currency,
      weight_grams: Math.round(draft.weightGrams),
      weight_milligrams: Math.round(draft.weightGrams * 1000),
      requires_shipping: draft.requiresShipping,
      taxable: draft.taxable,
      barcode: draft.barcode,
      picture_id: pictureId,
    })),
  )
  await sql`
    insert into catalog.variant (id, product_id, ordinal, sku, title, option_values, price, compare_at_price, currency,
      weight_grams, weight_milligrams, requires_shipping, taxable, barcode, picture_id)
    select id, product_id, ordinal, sku, title, option_values, price, compare_at_price, currency, weight_grams,
      weight_milligrams, requires_shipping, taxable, barcode, picture_id
    from jsonb_to_recordset(${sql.json(rows)}) as row (id text, product_id text, ordinal int, sku text,
      title text, option_values jsonb, price bigint, compare_at_price bigint, currency text, weight_grams int,
      weight_milligrams bigint, requires_shipping boolean, taxable boolean, barcode text, picture_id text)
    on conflict (id) do update set ordinal = excluded.ordinal, sku = excluded.sku, title = excluded.title,
      option_values = excluded.option_values, price = excluded.price, compare_at_price = excluded.compare_at_price,
      currency = excluded.currency, weight_grams = excluded.weight_grams,
      weight_milligrams = excluded.weight_milligrams, barcode = excluded.barcode,
      requires_shipping = excluded.requires_shipping, taxable = excluded.taxable, picture_id = excluded.picture_id,
      withdrawn = false`
}

async function withdrawMissing(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  const productIds = plans.map(({ id }) => id)
  const variantIds = plans.flatMap(({ variants }) => variants.map(({ id }) => id))
  const pictureIds = plans.flatMap(({ pictures }) => pictures.map(({ id }) => id))
  await Promise.all([
    sql`
      update catalog.variant set withdrawn = true
      where product_id = any(${productIds}) and not withdrawn and id <> all(${variantIds})`,
    sql`
      update catalog.picture set withdrawn = true
      where product_id = any(${productIds}) and not withdrawn and id <> all(${pictureIds})`,
  ])
}

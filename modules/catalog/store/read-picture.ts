import type { Sql } from '#runtime/database/pool.ts'

export interface PictureSource {
  productTitle: string
  productType: string
  /** Where the picture's original is; null for a product without pictures, which shows a placeholder. */
  sourceUrl: string | null
}

/** Reads the source of a picture, even of a withdrawn one. Returns undefined for an unknown id. */
export async function readPicture(sql: Sql, pictureId: string): Promise<PictureSource | undefined> {
  const [picture] = await sql<PictureSource[]>`
    select p.title as "productTitle", p.type as "productType", c.source_url as "sourceUrl"
    from catalog.picture c join catalog.product p on p.id = c.product_id where c.id = ${pictureId}`
  return picture
}

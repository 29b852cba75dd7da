import type { Handles } from '../needs.ts'
import { plainText } from '../rules/plain-text.ts'
import { productTerms } from '../rules/product-terms.ts'
import { lockCatalog } from '../store/lock.ts'
import {
  endRebuild,
  readListed,
  readRebuildPosition,
  updateRebuildPosition,
} from '../store/rebuild-search.ts'
import { replaceTerms } from '../store/save-listings.ts'

/** Products per call. Changes of the catalog wait for at most one batch. */
const BATCH = 500

export const rebuildSearch: Handles<'rebuildSearch'> = async (_input, context) => {
  if ((await readRebuildPosition(context.sql)) === undefined) return context.unchanged({ rebuilt: 0 })
  return context.commit(async ({ sql }) => {
    await lockCatalog(sql)
    // Another process may have continued the rebuild in the meantime
    const position = await readRebuildPosition(sql)
    if (position === undefined) return { rebuilt: 0 }
    const products = await readListed(sql, position, BATCH)
    const last = products.at(-1)
    if (!last) {
      await endRebuild(sql)
      return { rebuilt: 0 }
    }
    await replaceTerms(
      sql,
      products.map((product) => ({
        number: product.number,
        title: product.title,
        terms: productTerms({ ...product, text: plainText(product.descriptionHtml) }),
      })),
    )
    await updateRebuildPosition(sql, last.number)
    return { rebuilt: products.length }
  })
}

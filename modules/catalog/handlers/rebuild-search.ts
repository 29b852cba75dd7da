import type { Handles } from '../needs.ts'
import { plainText } from '../rules/plain-text.ts'
import { searchTexts } from '../rules/search-texts.ts'
import { lockCatalog } from '../store/lock.ts'
import { endRebuild, noteRebuilt, readListed, readRebuilt } from '../store/rebuild-search.ts'
import { replaceTerms } from '../store/save-listings.ts'

/** Products a call: whoever changes the catalog waits for one batch at the most. */
const BATCH = 500

export const rebuildSearch: Handles<'rebuildSearch'> = async (_input, context) => {
  if ((await readRebuilt(context.sql)) === undefined) return context.unchanged({ rebuilt: 0 })
  return context.commit(async ({ sql }) => {
    await lockCatalog(sql)
    // Another process may have gone on meanwhile.
    const rebuilt = await readRebuilt(sql)
    if (rebuilt === undefined) return { rebuilt: 0 }
    const products = await readListed(sql, rebuilt, BATCH)
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
        search: searchTexts({ ...product, text: plainText(product.descriptionHtml) }),
      })),
    )
    await noteRebuilt(sql, last.number)
    return { rebuilt: products.length }
  })
}

import { openCommandShop } from '#cli/support/command-shop.ts'
import { system } from '#runtime/contract/caller.ts'
import type { AllModules } from './shop.ts'

/** Sets the stock of each variant of the catalogue so high that no order is refused as sold out. */
export async function fillStock(environment: Record<string, string>): Promise<void> {
  const { shop, close } = await openCommandShop({ ...environment, PANDO_LOG: 'error' })
  try {
    const { catalog, inventory } = shop.callsAs<AllModules>(system('test'))
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await catalog.listProducts({ limit: 50, ...(cursor ? { cursor } : {}) })
      const variants = page.items.flatMap((product) => product.variants)
      await inventory.importStock({
        items: variants.map(({ id }) => ({ variantId: id, quantity: 100_000, backorder: false })),
        overwrite: true,
        dryRun: false,
      })
      cursor = page.nextCursor
    }
  } finally {
    await close()
  }
}

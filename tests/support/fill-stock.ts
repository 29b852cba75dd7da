import { openToolShop } from '#cli/support/tool-shop.ts'
import { system } from '#runtime/contract/caller.ts'
import type { AllModules } from './shop.ts'

/** Gives what the sample catalogue has first so many pieces that no order is refused for want of them. */
export async function fillStock(environment: Record<string, string>): Promise<void> {
  const { shop, close } = await openToolShop({ ...environment, PANDO_LOG: 'error' })
  const { catalog, inventory } = shop.callsAs<AllModules>(system('test'))
  const { items } = await catalog.listProducts({ limit: 50 })
  const variants = items.flatMap((product) => product.variants)
  await inventory.importStock({
    items: variants.map(({ id }) => ({ variantId: id, quantity: 100_000, backorder: false })),
    overwrite: true,
    dryRun: false,
  })
  await close()
}

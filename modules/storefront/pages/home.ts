import type { ShopPage } from '../needs.ts'
import { homePage } from '../views/home-page.ts'
import { show } from './show.ts'

/** Short, because pages must stop showing products as in stock soon after inventory stops answering. */
export const CATALOG_CACHE = { dependsOn: ['catalog'], maxAgeMs: 2000 }
const MAX_TILES = 6

export const home: ShopPage = {
  method: 'GET',
  path: '/',
  cache: CATALOG_CACHE,
  handle: async (request, context) => {
    const { catalog } = context.calls
    const [{ items: categories }, featured, newest] = await Promise.all([
      catalog.listCategories({}),
      catalog.listProducts({ available: true, sort: 'price-desc', limit: 8 }),
      catalog.listProducts({ available: true, sort: 'newest', limit: 8 }),
    ])
    const tiles = await Promise.all(
      categories.slice(0, MAX_TILES).map(async (category) => {
        const { items } = await catalog.listProducts({ category: category.handle, limit: 1 })
        // A category without products shows the logo
        return { ...category, pictureUrl: items[0]?.picture.url ?? '/assets/favicon.svg' }
      }),
    )
    const page = homePage({
      shopName: context.services.shopName,
      categories: tiles,
      featured: featured.items,
      newest: newest.items,
    })
    return show(request, context, page)
  },
}

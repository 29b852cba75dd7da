import { slug } from './slug.ts'

export interface CategoryName {
  handle: string
  title: string
}

/** The categories that a product stands in: its type; or, where it has none, each of its tags. */
export function categoriesOf(product: { type: string; tags: readonly string[] }): CategoryName[] {
  const titles = product.type.trim() === '' ? product.tags : [product.type]
  const categories = new Map<string, CategoryName>()
  for (const title of titles) {
    const handle = slug(title)
    if (handle !== '' && !categories.has(handle))
      categories.set(handle, { handle, title: capitalised(title.trim()) })
  }
  return [...categories.values()]
}

/** Tags are often written small; as a category's title they stand beside others that are not. */
function capitalised(title: string): string {
  const [first = '', ...rest] = title
  return first.toUpperCase() + rest.join('')
}

import { slug } from './slug.ts'

export interface CategoryName {
  handle: string
  title: string
}

/** The categories of a product: its type, or each of its tags if it has no type. */
export function categoriesOf(product: { type: string; tags: readonly string[] }): CategoryName[] {
  const titles = product.type.trim() === '' ? product.tags : [product.type]
  const categories = new Map<string, CategoryName>()
  for (const title of titles) {
    const handle = slug(title)
    if (handle !== '' && !categories.has(handle))
      categories.set(handle, { handle, title: capitalise(title.trim()) })
  }
  return [...categories.values()]
}

/** Tags are often in lower case, unlike the other titles in a list of categories. */
function capitalise(title: string): string {
  const [first = '', ...rest] = title
  return first.toUpperCase() + rest.join('')
}

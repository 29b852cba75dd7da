import type { Product } from '#modules/catalog/contract.ts'
import { attributes, type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'

/**
 * The pictures of a product: side by side to swipe on a narrow screen, a mosaic on a wide one. A group of several
 * pictures can take the focus, so that the keyboard can scroll it.
 */
export function productGallery(product: Product): Html {
  const pictures = product.pictures.length > 0 ? product.pictures : [product.picture]
  const group = attributes(
    pictures.length > 1
      ? {
          role: 'group',
          'aria-label': `Pictures of ${isolateBidi(product.title)}`,
          tabindex: 0,
          class: 'product-gallery',
        }
      : { class: 'product-gallery product-gallery-single' },
  )
  return html`<div${group}>${pictures.map(({ url, alt }, index) => {
    const loading = attributes(index === 0 ? { fetchpriority: 'high' } : { loading: 'lazy' })
    return html`<img src="${url}" alt="${alt}" width="800" height="800" decoding="async"${loading}>`
  })}</div>`
}

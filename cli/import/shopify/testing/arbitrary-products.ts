import fc from 'fast-check'
import { visibleText } from '#shared/text.ts'
import { isUnambiguous } from '../parse-cells.ts'
import type { ImageRecord, ProductOption, ProductRecord, VariantRecord } from '../product-record.ts'

/** A product of a file without line numbers. */
export type ProductContent = Omit<ProductRecord, 'line' | 'variants' | 'warnings'> & {
  variants: Omit<VariantRecord, 'line'>[]
}

export function contentOf({ line: _, warnings: __, variants, ...product }: ProductRecord): ProductContent {
  return { ...product, variants: variants.map(({ line: ___, ...variant }) => variant) }
}

// Any text, without what the reader changes on purpose: white space, texts without a visible character, invalid UTF-8
const anyText = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((text) => visibleText(text.replaceAll('\ufffd', '').replace(/[\s\p{Cc}]+/gu, ' ')))
const someText = anyText.filter((text) => text !== '')

const handle = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 4 })
  .map((words) => words.join('-'))

const description = fc
  .array(fc.tuple(fc.constantFrom('p', 'li', 'strong'), anyText, fc.constantFrom('', '\n', '\r\n', ', ')), {
    maxLength: 4,
  })
  .map((parts) => parts.map(([tag, text, end]) => `<${tag}>${escaped(text)}${end}</${tag}>`).join('\n'))

const caseless = { selector: (text: string) => text.toLowerCase() }
const tags = fc.uniqueArray(
  someText
    .map((text) => text.replaceAll(',', ''))
    .filter((text) => visibleText(text) === text && text !== ''),
  { ...caseless, maxLength: 4 },
)
const webUrl = fc.webUrl({ withQueryParameters: true }).map((url) => new URL(url).href)
const images = fc
  .uniqueArray(fc.record({ url: webUrl, alt: anyText }), { selector: ({ url }) => url, maxLength: 4 })
  .map((list): ImageRecord[] => list.map((image, index) => ({ ...image, position: index + 1 })))

// Without numbers of which the reader warns because they look like thousands
const weightGrams = fc
  .nat({ max: 50_000_000 })
  .map((milligrams) => milligrams / 1000)
  .filter((grams) => isUnambiguous(String(grams)))

const optionNames = fc.uniqueArray(fc.constantFrom('Color', 'Size', 'Material', 'Scent', 'Länge', '尺寸'), {
  maxLength: 3,
})
const optionValues = fc.uniqueArray(someText, { ...caseless, minLength: 1, maxLength: 3 })
const options = optionNames.chain((names) =>
  fc.tuple(...names.map((name) => optionValues.map((values): ProductOption => ({ name, values })))),
)

function variantOf(sku: string | null, values: string[]): fc.Arbitrary<ProductContent['variants'][number]> {
  return fc
    .record({
      sku: fc.constant(sku),
      optionValues: fc.constant(values),
      price: fc.nat({ max: 10_000_000 }),
      discount: fc.option(fc.integer({ min: 1, max: 100_000 })),
      tracked: fc.boolean(),
      quantity: fc.option(fc.nat({ max: 1000 })),
      allowBackorder: fc.boolean(),
      weightGrams,
      requiresShipping: fc.boolean(),
      taxable: fc.boolean(),
      barcode: fc.option(fc.stringMatching(/^\d{8,13}$/)),
      imageUrl: fc.option(webUrl),
    })
    .map(({ discount, ...variant }) => ({
      ...variant,
      // Shopify's export has no quantity for stock that is not counted
      quantity: variant.tracked ? variant.quantity : null,
      compareAtPrice: discount === null ? null : variant.price + discount,
    }))
}

function productOf(handle: string, number: number): fc.Arbitrary<ProductContent> {
  return options.chain((list) => {
    const combinations = list.reduce<string[][]>(
      (before, { values }) => before.flatMap((head) => values.map((value) => [...head, value])),
      [[]],
    )
    const variants = combinations.map((values, index) => variantOf(skuOf(number, index), values))
    return fc
      .record({
        title: someText,
        descriptionHtml: description,
        vendor: anyText,
        type: anyText,
        tags,
        published: fc.boolean(),
        variants: fc.tuple(...variants),
        images,
        seoTitle: anyText,
        seoDescription: anyText,
      })
      .map((product) => ({
        ...product,
        kind: 'product',
        handle,
        options: list,
        variants: product.variants,
      }))
  })
}

/** Any set of products that the reader reads back unchanged. */
export const arbitraryProducts: fc.Arbitrary<ProductContent[]> = fc
  .uniqueArray(handle, { minLength: 1, maxLength: 5 })
  .chain((handles) => fc.tuple(...handles.map(productOf)))

function skuOf(product: number, variant: number): string | null {
  return (product + variant) % 3 === 0 ? null : `P${product}-${variant}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

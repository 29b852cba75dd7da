import fc from 'fast-check'
import type { ProductDraft, VariantDraft } from '#modules/catalog/contract.ts'
import { money } from '#shared/money.ts'
import { visibleText } from '#shared/text.ts'
import { isUnambiguous } from '../parse-cells.ts'
import type { ShopifyProduct, VariantStock } from '../reader-output.ts'

/** A product as read from a file, without its line number and warnings. Prices are in EUR. */
export type ProductContent = Pick<ShopifyProduct, 'draft' | 'stock'>

export function contentOf({ draft, stock }: ShopifyProduct): ProductContent {
  return { draft, stock }
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
const pictures = fc.uniqueArray(fc.record({ url: webUrl, alt: anyText }), {
  selector: ({ url }) => url,
  maxLength: 4,
})

// Without numbers about which the reader warns, because they look like thousands
const weightGrams = fc
  .nat({ max: 50_000_000 })
  .map((milligrams) => milligrams / 1000)
  .filter((grams) => isUnambiguous(String(grams)))

const optionNames = fc.uniqueArray(fc.constantFrom('Color', 'Size', 'Material', 'Scent', 'Länge', '尺寸'), {
  maxLength: 3,
})
const optionValues = fc.uniqueArray(someText, { ...caseless, minLength: 1, maxLength: 3 })
const options = optionNames.chain((names) =>
  fc.tuple(...names.map((name) => optionValues.map((values) => ({ name, values })))),
)

const stock: fc.Arbitrary<VariantStock> = fc.record(
  { quantity: fc.option(fc.nat({ max: 1000 })), backorder: fc.boolean() },
  { requiredKeys: ['backorder'] },
)

function variantOf(sku: string | null, optionValues: string[]): fc.Arbitrary<VariantDraft> {
  return fc
    .record({
      price: fc.nat({ max: 10_000_000 }),
      discount: fc.option(fc.integer({ min: 1, max: 100_000 })),
      weightGrams,
      requiresShipping: fc.boolean(),
      taxable: fc.boolean(),
      barcode: fc.option(fc.stringMatching(/^\d{8,13}$/)),
      pictureUrl: fc.option(webUrl),
    })
    .map(({ price, discount, ...variant }) => ({
      ...variant,
      sku,
      optionValues,
      price: money(price, 'EUR'),
      compareAtPrice: discount === null ? null : money(price + discount, 'EUR'),
    }))
}

function productOf(handle: string, number: number): fc.Arbitrary<ProductContent> {
  return options.chain((list) => {
    const combinations = list.reduce<string[][]>(
      (before, { values }) => before.flatMap((head) => values.map((value) => [...head, value])),
      [[]],
    )
    const variants = combinations.map((values, index) => variantOf(skuOf(number, index), values))
    const draft: fc.Arbitrary<ProductDraft> = fc.record({
      handle: fc.constant(handle),
      title: someText,
      descriptionHtml: description,
      vendor: anyText,
      type: anyText,
      tags,
      published: fc.boolean(),
      options: fc.constant(list),
      variants: fc.tuple(...variants),
      pictures,
      seoTitle: anyText,
      seoDescription: anyText,
    })
    return fc.record({ draft, stock: fc.tuple(...variants.map(() => stock)) })
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

import type { ProductDraft, VariantDraft } from '#modules/catalog/contract.ts'
import type { Money } from '#shared/money.ts'
import type { VariantStock } from '../reader-output.ts'
import type { ProductContent } from './arbitrary-products.ts'

/** The names of the columns in Shopify's older exports. */
export const CLASSIC_NAMES: Record<Cell, string> = {
  handle: 'Handle',
  title: 'Title',
  description: 'Body (HTML)',
  vendor: 'Vendor',
  type: 'Type',
  tags: 'Tags',
  published: 'Published',
  option1Name: 'Option1 Name',
  option1Value: 'Option1 Value',
  option2Name: 'Option2 Name',
  option2Value: 'Option2 Value',
  option3Name: 'Option3 Name',
  option3Value: 'Option3 Value',
  sku: 'Variant SKU',
  grams: 'Variant Grams',
  tracker: 'Variant Inventory Tracker',
  quantity: 'Variant Inventory Qty',
  policy: 'Variant Inventory Policy',
  price: 'Variant Price',
  compareAtPrice: 'Variant Compare At Price',
  requiresShipping: 'Variant Requires Shipping',
  taxable: 'Variant Taxable',
  barcode: 'Variant Barcode',
  imageUrl: 'Image Src',
  imagePosition: 'Image Position',
  imageAlt: 'Image Alt Text',
  seoTitle: 'SEO Title',
  seoDescription: 'SEO Description',
  variantImage: 'Variant Image',
}

/** The names of the columns in Shopify's newer exports. Columns that these lack have the older names. */
export const NEWER_NAMES: Record<Cell, string> = {
  ...CLASSIC_NAMES,
  handle: 'URL handle',
  description: 'Description',
  published: 'Published on online store',
  option1Name: 'Option1 name',
  option1Value: 'Option1 value',
  sku: 'SKU',
  grams: 'Weight value (grams)',
  tracker: 'Inventory tracker',
  quantity: 'Inventory quantity',
  policy: 'Continue selling when out of stock',
  price: 'Price',
  compareAtPrice: 'Compare-at price',
  requiresShipping: 'Requires shipping',
  taxable: 'Charge tax',
  barcode: 'Barcode',
  imageUrl: 'Product image URL',
  variantImage: 'Variant image URL',
}

type Cell =
  | ('handle' | 'title' | 'description' | 'vendor' | 'type' | 'tags' | 'published')
  | (`option${1 | 2 | 3}Name` | `option${1 | 2 | 3}Value`)
  | ('sku' | 'grams' | 'tracker' | 'quantity' | 'policy' | 'price' | 'compareAtPrice' | 'requiresShipping')
  | ('taxable' | 'barcode' | 'imageUrl' | 'imagePosition' | 'imageAlt' | 'seoTitle' | 'seoDescription')
  | 'variantImage'

/**
 * The rows of products as Shopify exports them: facts and option names on the first row of a product only, one image on each
 * row, and rows with only an image when there are more images than variants.
 */
export function productRows(products: ProductContent[], names: Record<Cell, string>): string[][] {
  const cells = Object.keys(names) as Cell[]
  const rows = products.flatMap(rowsOfProduct)
  return [cells.map((cell) => names[cell]), ...rows.map((row) => cells.map((cell) => row[cell] ?? ''))]
}

function rowsOfProduct({ draft, stock }: ProductContent): Partial<Record<Cell, string>>[] {
  const { handle, variants, pictures } = draft
  const count = Math.max(variants.length, pictures.length)
  return Array.from({ length: count }, (_, index) => ({
    handle,
    ...(index === 0 ? factsOf(draft) : {}),
    ...(index < variants.length ? { ...variantCells(variants[index]!), ...stockCells(stock[index]!) } : {}),
    ...(index < pictures.length ? imageCells(pictures[index]!, index + 1) : {}),
  }))
}

function factsOf(product: ProductDraft): Partial<Record<Cell, string>> {
  const [first, second, third] = product.options
  return {
    title: product.title,
    description: product.descriptionHtml,
    vendor: product.vendor,
    type: product.type,
    tags: product.tags.join(', '),
    published: String(product.published).toUpperCase(),
    option1Name: first?.name ?? 'Title',
    option2Name: second?.name ?? '',
    option3Name: third?.name ?? '',
    seoTitle: product.seoTitle,
    seoDescription: product.seoDescription,
  }
}

function variantCells(variant: VariantDraft): Partial<Record<Cell, string>> {
  const [first, second, third] = variant.optionValues
  return {
    option1Value: first ?? 'Default Title',
    option2Value: second ?? '',
    option3Value: third ?? '',
    sku: variant.sku ?? '',
    grams: String(variant.weightGrams),
    price: decimal(variant.price),
    compareAtPrice: variant.compareAtPrice === null ? '' : decimal(variant.compareAtPrice),
    requiresShipping: String(variant.requiresShipping),
    taxable: String(variant.taxable),
    barcode: variant.barcode ?? '',
    variantImage: variant.pictureUrl ?? '',
  }
}

function stockCells({ quantity, backorder }: VariantStock): Partial<Record<Cell, string>> {
  return {
    tracker: quantity === null ? '' : 'shopify',
    quantity: String(quantity ?? ''),
    policy: backorder ? 'continue' : 'deny',
  }
}

function imageCells(
  { url, alt }: ProductDraft['pictures'][number],
  position: number,
): Partial<Record<Cell, string>> {
  return { imageUrl: url ?? '', imagePosition: String(position), imageAlt: alt }
}

function decimal({ amount }: Money): string {
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
}

import { type Static, Type } from 'typebox'
import { StockLevel, StockSetting } from '#modules/inventory/contract.ts'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { ClassName } from '#shared/class-name.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Strict } from '#shared/object.ts'
import { Page, pageInput } from '#shared/page.ts'
import { Handle, MultiLine, SingleLine, Timestamp } from '#shared/text.ts'

export const VariantId = Id('var')
export const ProductId = Id('prd')

/** A sellable form of a product. `available` is the catalog's copy of what inventory reported last. */
export const Variant = Strict({
  id: VariantId,
  sku: Type.Union([Type.String(), Type.Null()]),
  /** Option values joined by ` / `; the product's title if it has no options. */
  title: Type.String(),
  options: Type.Record(Type.String(), Type.String(), { description: 'option name to value' }),
  price: Money,
  compareAtPrice: Type.Optional(Money),
  available: Type.Boolean(),
  stockTracked: Type.Optional(
    Type.Boolean({
      description: 'false if its stock is not tracked, so it is always available; missing otherwise',
    }),
  ),
})
export type Variant = Static<typeof Variant>

export const Picture = Strict({ url: Type.String(), alt: Type.String() })
export const CategoryRef = Strict({ handle: Type.String(), title: Type.String() })

/** A product in a list. `price` and `compareAtPrice` are those of its cheapest variant. */
export const ProductSummary = Strict({
  id: ProductId,
  handle: Type.String(),
  title: Type.String(),
  vendor: Type.String(),
  price: Money,
  compareAtPrice: Type.Optional(Money),
  /** Whether at least one variant can be bought now. */
  available: Type.Boolean(),
  /** Whether the variants have different prices, for a label such as 'from €10'. */
  priceVaries: Type.Boolean(),
  picture: Picture,
  variants: Type.Array(Variant),
})
export type ProductSummary = Static<typeof ProductSummary>

export const Product = Strict({
  ...ProductSummary.properties,
  /** Sanitised HTML: headings, paragraphs, lists, tables, emphasis, links, and pictures that the shop serves. */
  descriptionHtml: Type.String(),
  options: Type.Array(Strict({ name: Type.String(), values: Type.Array(Type.String()) })),
  pictures: Type.Array(Picture),
  categories: Type.Array(CategoryRef),
  tags: Type.Array(Type.String()),
  seoTitle: Type.String(),
  seoDescription: Type.String(),
})
export type Product = Static<typeof Product>

export const Category = Strict({ handle: Type.String(), title: Type.String(), productCount: Type.Integer() })
export type Category = Static<typeof Category>

/** A variant for cart and orders. Weights are per piece. */
export const SellableVariant = Strict({
  variantId: VariantId,
  productId: ProductId,
  productHandle: Type.String(),
  productTitle: Type.String(),
  variantTitle: Type.String(),
  sku: Type.Union([Type.String(), Type.Null()]),
  price: Money,
  picture: Picture,
  /** Rounded; `weightMilligrams` is exact. */
  weightGrams: Type.Integer(),
  weightMilligrams: Type.Optional(Type.Integer()),
  requiresShipping: Type.Boolean(),
  taxable: Type.Boolean(),
  taxClass: Type.Optional(Type.String({ description: 'a tax class of pricing. Default: `standard`' })),
  shippingClass: Type.Optional(Type.String({ description: 'a shipping class of pricing. Default: none' })),
  categories: Type.Optional(
    Type.Array(Type.String(), { description: 'handles of its product’s categories' }),
  ),
})
export type SellableVariant = Static<typeof SellableVariant>

/** The input that creates or replaces a product, identified by its handle. */
export const ProductDraft = Strict({
  handle: Handle,
  title: SingleLine(1, 255),
  descriptionHtml: MultiLine(0, 100_000),
  vendor: SingleLine(0, 255),
  type: SingleLine(0, 255),
  tags: Type.Array(SingleLine(1, 255), { maxItems: 250 }),
  published: Type.Boolean(),
  options: Type.Array(
    Strict({
      name: SingleLine(1, 255),
      values: Type.Array(SingleLine(1, 255), { minItems: 1, maxItems: 2048 }),
    }),
    { maxItems: 3 },
  ),
  variants: Type.Array(
    Strict({
      sku: Type.Union([SingleLine(1, 255), Type.Null()]),
      optionValues: Type.Array(SingleLine(1, 255), {
        maxItems: 3,
        description: 'one per option, in the order of the options',
      }),
      price: Money,
      compareAtPrice: Type.Union([Money, Type.Null()], {
        description: 'the price before a discount; dropped if it is not higher than `price`',
      }),
      weightGrams: Type.Number({ minimum: 0, maximum: 100_000_000, description: 'stored to the milligram' }),
      requiresShipping: Type.Boolean(),
      taxable: Type.Boolean(),
      barcode: Type.Union([SingleLine(1, 255), Type.Null()]),
      pictureUrl: Type.Union([Type.String({ maxLength: 2048 }), Type.Null()]),
    }),
    { minItems: 1, maxItems: 2048 },
  ),
  pictures: Type.Array(
    /** Without a URL the shop shows a placeholder. */
    Strict({ url: Type.Union([Type.String({ maxLength: 2048 }), Type.Null()]), alt: SingleLine(0, 512) }),
    { maxItems: 250 },
  ),
  seoTitle: SingleLine(0, 255),
  seoDescription: MultiLine(0, 1000),
  taxClass: Type.Optional({
    ...ClassName,
    description:
      'the class of its tax rates, as in the tax zones of pricing. Missing: as saved before, at first `standard`',
  }),
  shippingClass: Type.Optional(
    Type.Union([ClassName, Type.Null()], {
      description:
        'the class by which shipping methods exclude it; null: none. Missing: as saved before, at first none',
    }),
  ),
})
export type ProductDraft = Static<typeof ProductDraft>
export type VariantDraft = ProductDraft['variants'][number]

/** A product for staff, published or not. */
export const SavedProduct = Strict({
  productId: ProductId,
  /** In the order of the product's variants. */
  variantIds: Type.Array(VariantId),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  product: Type.Object(
    { ...ProductDraft.properties, descriptionHtml: Type.String() },
    { additionalProperties: false, description: 'the input of `PUT /admin/products/{handle}`' },
  ),
})

export const ProductSort = Type.Union(
  [
    Type.Literal('relevance'),
    Type.Literal('newest'),
    Type.Literal('price-asc'),
    Type.Literal('price-desc'),
    Type.Literal('title'),
  ],
  { description: 'Default: `relevance` with a query, `newest` without' },
)

const invalidCursor = {
  INVALID_CURSOR: { status: 400, summary: 'The cursor is not from this list.' },
} as const
const productNotFound = {
  PRODUCT_NOT_FOUND: { status: 404, summary: 'No product has this handle.' },
} as const
const variantNotFound = {
  VARIANT_NOT_FOUND: { status: 404, summary: 'No product has this variant.' },
} as const

const invalidProduct = {
  INVALID_PRODUCT: {
    status: 422,
    summary:
      'A product is inconsistent: its option values do not match its options, a name has no visible character, a handle occurs twice or cannot be used in a URL, a price exceeds the maximum of an order or is not in the currency of the shop, or a picture has no valid URL.',
    data: Strict({ handle: Type.String() }),
  },
} as const

const importResult = Strict({
  handle: Type.String(),
  outcome: Type.Union([Type.Literal('created'), Type.Literal('updated'), Type.Literal('unchanged')]),
  productId: ProductId,
  /** In the order of the draft. */
  variantIds: Type.Array(VariantId),
  withdrawnVariants: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'number of variants that this draft withdraws: sold before, and not in the draft',
    }),
  ),
})

export const catalog = contract('catalog', {
  version: '1.8.0',
  reactsTo: ['inventory.availabilityChanged', 'inventory.stockBegun'],
  summary: 'Products, variants, prices, categories, pictures and search',
  methods: {
    listProducts: query({
      summary: 'Lists published products, optionally by full-text search and filters.',
      input: Strict({
        query: Type.Optional(SingleLine(0, 200)),
        category: Type.Optional(Handle),
        available: Type.Optional(
          Type.Boolean({ description: 'true: only products that can be bought now; false: all' }),
        ),
        minPrice: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12, description: 'minor units' })),
        maxPrice: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12, description: 'minor units' })),
        sort: Type.Optional(ProductSort),
        ...pageInput,
      }),
      output: Page(ProductSummary),
      failures: invalidCursor,
      access: 'public',
      rest: { method: 'GET', path: '/products' },
      cache: { dependsOn: ['catalog'], maxAgeMs: 10_000 },
    }),
    getProduct: query({
      summary: 'Returns a published product.',
      input: Strict({ handle: Handle }),
      output: Product,
      failures: { PRODUCT_NOT_FOUND: { status: 404, summary: 'No published product has this handle.' } },
      access: 'public',
      rest: { method: 'GET', path: '/products/{handle}' },
      cache: { dependsOn: ['catalog'], maxAgeMs: 10_000 },
    }),
    listCategories: query({
      summary: 'Lists the categories that have published products.',
      input: Strict({}),
      output: Strict({ items: Type.Array(Category) }),
      access: 'public',
      rest: { method: 'GET', path: '/categories' },
      cache: { dependsOn: ['catalog'], maxAgeMs: 10_000 },
    }),
    getVariants: query({
      summary: 'Returns the variants that may be sold. Unknown and unpublished variants are left out.',
      input: Strict({ variantIds: Type.Array(VariantId, { maxItems: 500 }) }),
      output: Strict({ variants: Type.Array(SellableVariant) }),
      access: 'internal',
    }),
    auditPrices: query({
      summary:
        'Counts the variants whose price is not in the currency of the shop, without withdrawn ones, but with those of unpublished products. They cannot be sold.',
      input: Strict({}),
      output: Strict({
        currency: Type.String({ description: "the shop's currency" }),
        foreign: Type.Array(Strict({ currency: Type.String(), variants: Type.Integer() })),
      }),
      access: 'internal',
    }),
    getPicture: query({
      summary: 'Returns the source of a picture, for the route that serves it.',
      input: Strict({ pictureId: Id('pic') }),
      output: Strict({
        productTitle: Type.String(),
        productType: Type.String(),
        sourceUrl: Type.Union([Type.String(), Type.Null()]),
      }),
      failures: { PICTURE_NOT_FOUND: { status: 404, summary: 'No picture has this id.' } },
      access: 'internal',
    }),
    importProducts: command({
      summary: 'Creates or updates products by handle. Products that equal their drafts do not change.',
      input: Strict({
        products: Type.Array(ProductDraft, { minItems: 1, maxItems: 500 }),
        dryRun: Type.Boolean(),
      }),
      output: Strict({ results: Type.Array(importResult) }),
      failures: invalidProduct,
      timeoutMs: 60_000,
      access: 'internal',
    }),
    rebuildSearch: command({
      summary:
        'Rebuilds the search index after an update of Pando has changed it. Handles up to 500 products per call.',
      input: Strict({}),
      output: Strict({ rebuilt: Type.Integer() }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
    listSavedProducts: query({
      summary: 'Lists all products, newest first, including unpublished ones.',
      input: Strict({
        published: Type.Optional(
          Type.Boolean({ description: 'true: only published products; false: only unpublished ones' }),
        ),
        ...pageInput,
      }),
      output: Page(
        Strict({
          productId: ProductId,
          handle: Type.String(),
          title: Type.String(),
          published: Type.Boolean(),
          updatedAt: Timestamp,
        }),
      ),
      failures: invalidCursor,
      access: 'staff:catalog.read',
      rest: { method: 'GET', path: '/admin/products' },
    }),
    getSavedProduct: query({
      summary: 'Returns a product, published or not, as input for saving it again.',
      input: Strict({ handle: Handle }),
      output: SavedProduct,
      failures: productNotFound,
      access: 'staff:catalog.read',
      rest: { method: 'GET', path: '/admin/products/{handle}' },
    }),
    saveProduct: command({
      summary: 'Creates or replaces a product.',
      input: ProductDraft,
      output: importResult,
      failures: invalidProduct,
      access: 'staff:catalog.write',
      rest: { method: 'PUT', path: '/admin/products/{handle}' },
    }),
    setVariantStock: command({
      summary:
        'Sets the pieces on hand of a variant, after a count in the store room. Reservations stay: `oversold` is the number of reserved pieces that are missing.',
      input: StockSetting,
      output: StockLevel,
      failures: variantNotFound,
      access: 'staff:inventory.write',
      rest: { method: 'PUT', path: '/admin/stock/{variantId}' },
    }),
    getVariantStock: query({
      summary: 'Returns the stock level of a variant.',
      input: Strict({ variantId: VariantId }),
      output: StockLevel,
      failures: variantNotFound,
      access: 'staff:inventory.read',
      rest: { method: 'GET', path: '/admin/stock/{variantId}' },
    }),
    getProductStock: query({
      summary: "Returns the stock level of each of a product's variants, in their order.",
      input: Strict({ handle: Handle }),
      output: Strict({ items: Type.Array(StockLevel) }),
      failures: productNotFound,
      access: 'staff:inventory.read',
      rest: { method: 'GET', path: '/admin/products/{handle}/stock' },
    }),
  },
  events: {
    productChanged: event({
      summary: 'A product was created, changed, published or unpublished.',
      payload: Strict({ productId: ProductId, handle: Type.String() }),
      aggregate: 'productId',
    }),
  },
})

import { type Static, Type } from 'typebox'
import { StockLevel, StockSetting } from '#modules/inventory/contract.ts'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Strict } from '#shared/object.ts'
import { Page, pageInput } from '#shared/page.ts'
import { Handle, Line, Lines, Timestamp } from '#shared/text.ts'

export const VariantId = Id('var')
export const ProductId = Id('prd')

/** One sellable form of a product. `available` is the catalog's own copy of what inventory last told. */
export const Variant = Strict({
  id: VariantId,
  sku: Type.Union([Type.String(), Type.Null()]),
  /** Option values joined by ` / `; the product's title where there are no options. */
  title: Type.String(),
  options: Type.Record(Type.String(), Type.String(), { description: 'option name to value' }),
  price: Money,
  compareAtPrice: Type.Optional(Money),
  available: Type.Boolean(),
  stockTracked: Type.Optional(
    Type.Boolean({
      description: 'false: its stock is not counted, so that it is always sold; else left out',
    }),
  ),
})
export type Variant = Static<typeof Variant>

export const Picture = Strict({ url: Type.String(), alt: Type.String() })
export const CategoryRef = Strict({ handle: Type.String(), title: Type.String() })

/** What a list shows of a product. `price` is the lowest of its variants. */
export const ProductSummary = Strict({
  id: ProductId,
  handle: Type.String(),
  title: Type.String(),
  vendor: Type.String(),
  price: Money,
  compareAtPrice: Type.Optional(Money),
  /** Whether at least one variant can be bought now. */
  available: Type.Boolean(),
  /** Whether the variants differ in price, so that a page says 'from'. */
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

/** What cart and orders need to know of a variant. Weights are for one piece. */
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
})
export type SellableVariant = Static<typeof SellableVariant>

/** A product as an importer or a staff member gives it; identified by its handle. */
export const ProductDraft = Strict({
  handle: Handle,
  title: Line(1, 255),
  descriptionHtml: Lines(0, 100_000),
  vendor: Line(0, 255),
  type: Line(0, 255),
  tags: Type.Array(Line(1, 255), { maxItems: 250 }),
  published: Type.Boolean(),
  options: Type.Array(
    Strict({ name: Line(1, 255), values: Type.Array(Line(1, 255), { minItems: 1, maxItems: 2048 }) }),
    { maxItems: 3 },
  ),
  variants: Type.Array(
    Strict({
      sku: Type.Union([Line(1, 255), Type.Null()]),
      optionValues: Type.Array(Line(1, 255), { maxItems: 3, description: 'one for each option, in order' }),
      price: Money,
      compareAtPrice: Type.Union([Money, Type.Null()], {
        description: 'the price before a discount; not kept if it is not higher than `price`',
      }),
      weightGrams: Type.Number({ minimum: 0, maximum: 100_000_000, description: 'kept to the milligram' }),
      requiresShipping: Type.Boolean(),
      taxable: Type.Boolean(),
      barcode: Type.Union([Line(1, 255), Type.Null()]),
      pictureUrl: Type.Union([Type.String({ maxLength: 2048 }), Type.Null()]),
    }),
    { minItems: 1, maxItems: 2048 },
  ),
  pictures: Type.Array(
    /** Without an address, the shop draws the picture itself. */
    Strict({ url: Type.Union([Type.String({ maxLength: 2048 }), Type.Null()]), alt: Line(0, 512) }),
    { maxItems: 250 },
  ),
  seoTitle: Line(0, 255),
  seoDescription: Lines(0, 1000),
})
export type ProductDraft = Static<typeof ProductDraft>

/** A product as staff have it, published or not. */
export const SavedProduct = Strict({
  productId: ProductId,
  /** In the order of the product's variants. */
  variantIds: Type.Array(VariantId),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  product: Type.Object(
    { ...ProductDraft.properties, descriptionHtml: Type.String() },
    { additionalProperties: false, description: 'what `PUT /admin/products/{handle}` takes' },
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
  { description: '`relevance` with a query, else `newest`, unless told' },
)

const invalidCursor = {
  INVALID_CURSOR: { status: 400, summary: 'The cursor is not one that this list gave.' },
} as const
const noProduct = { PRODUCT_NOT_FOUND: { status: 404, summary: 'No product has this handle.' } } as const
const noVariant = { VARIANT_NOT_FOUND: { status: 404, summary: 'No product has this variant.' } } as const

const contradictory = {
  INVALID_PRODUCT: {
    status: 422,
    summary:
      'A product contradicts itself (option values, currencies, the same handle twice), a name in it has no visible character, its handle is no address, or its price is beyond what an order can hold or not in the currency of the shop.',
    data: Strict({ handle: Type.String() }),
  },
} as const

const importResult = Strict({
  handle: Type.String(),
  outcome: Type.Union([Type.Literal('created'), Type.Literal('updated'), Type.Literal('unchanged')]),
  productId: ProductId,
  /** In the draft's order. */
  variantIds: Type.Array(VariantId),
  withdrawnVariants: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'how many variants of the stored product the draft does not have: they are no longer sold',
    }),
  ),
})

export const catalog = contract('catalog', {
  version: '1.6.0',
  reactsTo: ['inventory.availabilityChanged', 'inventory.stockBegun'],
  summary: 'Products, variants, prices, categories, pictures and their search',
  methods: {
    listProducts: query({
      summary: 'Lists published products, by full-text search and filters, a page at a time.',
      input: Strict({
        query: Type.Optional(Line(0, 200)),
        category: Type.Optional(Handle),
        available: Type.Optional(Type.Boolean({ description: 'only what can be bought now' })),
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
      summary: 'Reads a published product by its handle.',
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
      summary:
        'Reads what may be sold of these variants; those that are unknown or unpublished are left out.',
      input: Strict({ variantIds: Type.Array(VariantId, { maxItems: 500 }) }),
      output: Strict({ variants: Type.Array(SellableVariant) }),
      access: 'internal',
    }),
    getPicture: query({
      summary: 'Reads what a picture shows and where its original is, for the route that serves it.',
      input: Strict({ pictureId: Id('pic') }),
      output: Strict({
        productTitle: Type.String(),
        productType: Type.String(),
        sourceUrl: Type.Union([Type.String(), Type.Null()]),
        /** The first value of each option, by which a picture shows the product. */
        firstOptions: Type.Optional(Type.Array(Strict({ name: Type.String(), value: Type.String() }))),
      }),
      failures: { PICTURE_NOT_FOUND: { status: 404, summary: 'No picture has this id.' } },
      access: 'internal',
    }),
    importProducts: command({
      summary: 'Creates or updates products by handle; one that is equal to its draft is left as it is.',
      input: Strict({
        products: Type.Array(ProductDraft, { minItems: 1, maxItems: 500 }),
        dryRun: Type.Boolean(),
      }),
      output: Strict({ results: Type.Array(importResult) }),
      failures: contradictory,
      timeoutMs: 60_000,
      access: 'internal',
    }),
    rebuildSearch: command({
      summary:
        'Writes anew what search finds of products, a batch at a time, after a new version sees more in them.',
      input: Strict({}),
      output: Strict({ rebuilt: Type.Integer() }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
    listSavedProducts: query({
      summary: 'Lists all products, those that are not published too, the newest first.',
      input: Strict({
        published: Type.Optional(Type.Boolean({ description: 'only those that are, or are not' })),
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
      summary: 'Reads a product as it can be saved again, published or not.',
      input: Strict({ handle: Handle }),
      output: SavedProduct,
      failures: noProduct,
      access: 'staff:catalog.read',
      rest: { method: 'GET', path: '/admin/products/{handle}' },
    }),
    saveProduct: command({
      summary: 'Creates or replaces one product.',
      input: ProductDraft,
      output: importResult,
      failures: contradictory,
      access: 'staff:catalog.write',
      rest: { method: 'PUT', path: '/admin/products/{handle}' },
    }),
    setVariantStock: command({
      summary:
        'Sets how many pieces of a variant are on hand (a count in the store room). What is reserved stays reserved: `oversold` says how much of it is not there.',
      input: StockSetting,
      output: StockLevel,
      failures: noVariant,
      access: 'staff:inventory.write',
      rest: { method: 'PUT', path: '/admin/stock/{variantId}' },
    }),
    getVariantStock: query({
      summary: 'Reads what there is of a variant.',
      input: Strict({ variantId: VariantId }),
      output: StockLevel,
      failures: noVariant,
      access: 'staff:inventory.read',
      rest: { method: 'GET', path: '/admin/stock/{variantId}' },
    }),
    getProductStock: query({
      summary: "Reads what there is of each of a product's variants, in their order.",
      input: Strict({ handle: Handle }),
      output: Strict({ items: Type.Array(StockLevel) }),
      failures: noProduct,
      access: 'staff:inventory.read',
      rest: { method: 'GET', path: '/admin/products/{handle}/stock' },
    }),
  },
  events: {
    productChanged: event({
      summary: 'A product was created, changed, published or withdrawn.',
      payload: Strict({ productId: ProductId, handle: Type.String() }),
      aggregate: 'productId',
    }),
  },
})

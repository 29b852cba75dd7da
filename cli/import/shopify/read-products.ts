import { addRow, type RowLimits } from './add-row.ts'
import { type Columns, readHeader } from './columns.ts'
import { type BrokenRow, type CsvRow, readCsvRows } from './csv-rows.ts'
import { finishProduct } from './finish-product.ts'
import { handleKey, toHandle } from './handles.ts'
import { type ProductDraft, startDraft, warn } from './product-draft.ts'
import type { ProductRecord, RowProblem } from './product-record.ts'
import { cell, quoted, type Row } from './row.ts'
import { brokenRow, damagedText, repeatedHandle, unusableHandle } from './row-defects.ts'
import type { Survey } from './survey-rows.ts'

export type ReadOptions = {
  /** ISO 4217 code of all prices. Default EUR. */
  currency?: string
  /** Further variants of a product are left out with one problem. Default 2048, Shopify's own limit. */
  maxVariants?: number
  /** Called once, before the first product, with what was found in the header. */
  onColumns?: (columns: Columns) => void
}

/**
 * Reads Shopify's product CSV export and gives out one product after the other, and a problem for each row,
 * variant or product that has to be left out, as soon as it is known.
 *
 * `survey` is what `surveyRows` found in the same file: a product whose rows are not neighbours is given out when its
 * last row has been read. Holds one product, those whose rows are apart, one block of the file and the handles seen.
 *
 * Throws `ShopifyFileError`, before anything is given out, when the header cannot be read; errors of the source are
 * passed on at any time. Has no side effects.
 */
export async function* readShopifyProducts(
  source: AsyncIterable<Uint8Array | string>,
  survey: Survey,
  options: ReadOptions = {},
): AsyncGenerator<ProductRecord | RowProblem> {
  const reader: Reader = {
    currency: options.currency ?? 'EUR',
    maxVariants: options.maxVariants ?? 2048,
    survey,
    current: null,
    apart: new Map(),
    handles: new Map(),
  }
  let columns: Columns | null = null
  for await (const row of readCsvRows(source)) {
    if (columns === null) {
      columns = readHeader(row)
      options.onColumns?.(columns)
      continue
    }
    yield* takeRow(reader, columns, row)
  }
  yield* finish(reader.current)
  // Only when the file has changed since it was surveyed.
  for (const product of reader.apart.values()) yield* finish(product)
}

type Reader = RowLimits & {
  survey: Survey
  /** The product whose rows are coming in. */
  current: OpenProduct | null
  /** Products whose rows are not neighbours, by their key, until the last one has come. */
  apart: Map<string, OpenProduct>
  /** On which line a handle has come first. */
  handles: Map<string, number>
}

/** The draft is null when the product is left out. */
type OpenProduct = { key: string; draft: ProductDraft | null }

function* takeRow(
  reader: Reader,
  columns: Columns,
  found: CsvRow | BrokenRow,
): Generator<ProductRecord | RowProblem> {
  const row: Row = { line: found.line, cells: found.cells ?? [], columns }
  const written = cell(row, 'handle')
  const key = handleKey(written)
  const handle = toHandle(written)
  const defect = found.kind === 'broken' ? brokenRow(found, row, handle) : damagedText(row, handle)
  if (defect) {
    yield defect
  } else if (handle === null) {
    yield unusableHandle(row)
  } else {
    const { draft } = yield* openProduct(reader, key, handle, row)
    const leftOut = draft ? addRow(draft, row, reader) : null
    if (leftOut) yield leftOut
  }
  if (reader.survey.lastLines.get(key) !== row.line) return
  const complete = reader.apart.get(key)
  reader.apart.delete(key)
  if (complete) yield* finish(complete)
}

function* openProduct(
  reader: Reader,
  key: string,
  handle: string,
  row: Row,
): Generator<ProductRecord | RowProblem, OpenProduct> {
  if (reader.current?.key === key) return reader.current
  yield* finish(reader.current)
  reader.current = null
  const known = reader.apart.get(key)
  if (known) return known
  const product = { key, draft: yield* startProduct(reader, handle, row) }
  if (reader.survey.lastLines.has(key)) reader.apart.set(key, product)
  else reader.current = product
  return product
}

/** Null when another product has the handle already: two that are written differently are not one. */
function* startProduct(reader: Reader, handle: string, row: Row): Generator<RowProblem, ProductDraft | null> {
  const firstLine = reader.handles.get(handle)
  if (firstLine !== undefined) {
    yield repeatedHandle(row, handle, firstLine)
    return null
  }
  reader.handles.set(handle, row.line)
  const draft = startDraft(handle, row)
  const written = cell(row, 'handle')
  if (written !== handle) {
    const message = `Stored as ${quoted(handle)}: ${quoted(written)} is no handle`
    warn(draft, row, 'handle', 'HANDLE_CHANGED', message)
  }
  return draft
}

function* finish(product: OpenProduct | null): Generator<ProductRecord | RowProblem> {
  if (product?.draft) yield* finishProduct(product.draft)
}

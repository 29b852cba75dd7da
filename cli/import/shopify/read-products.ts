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
  /** Currency of all prices (ISO 4217). Default: EUR. */
  currency?: string
  /** Further variants of a product are left out with one problem. Default: 2048, the limit of Shopify. */
  maxVariants?: number
  /** Called once, before the first product, with the columns of the header. */
  onColumns?: (columns: Columns) => void
}

/**
 * Reads Shopify's product CSV export. Yields each product as soon as it is complete, and a problem for each row, variant or
 * product that is left out.
 *
 * `survey`: the result of `surveyRows` for the same file, by which a product whose rows are not adjacent is yielded after
 * its last row. Holds the current product, the products with scattered rows, one block of the file and all handles.
 *
 * Throws `ShopifyFileError`, before it yields anything, when the header cannot be read, and the errors of the source at any
 * time. Has no side effects.
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
    scattered: new Map(),
    handles: new Map(),
  }
  let columns: Columns | null = null
  for await (const row of readCsvRows(source)) {
    if (columns === null) {
      columns = readHeader(row)
      options.onColumns?.(columns)
      continue
    }
    yield* addCsvRow(reader, columns, row)
  }
  yield* finish(reader.current)
  // Some are left only when the file has changed since it was surveyed
  for (const product of reader.scattered.values()) yield* finish(product)
}

type Reader = RowLimits & {
  survey: Survey
  /** The product whose rows are being read. */
  current: OpenProduct | null
  /** Products whose rows are not adjacent, by key, until their last row. */
  scattered: Map<string, OpenProduct>
  /** The first line of each handle. */
  handles: Map<string, number>
}

/** The draft is null when the product is left out. */
type OpenProduct = { key: string; draft: ProductDraft | null }

function* addCsvRow(
  reader: Reader,
  columns: Columns,
  csvRow: CsvRow | BrokenRow,
): Generator<ProductRecord | RowProblem> {
  const row: Row = { line: csvRow.line, cells: csvRow.cells ?? [], columns }
  const written = cell(row, 'handle')
  const key = handleKey(written)
  const handle = toHandle(written)
  const defect = csvRow.kind === 'broken' ? brokenRow(csvRow, row, handle) : damagedText(row, handle)
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
  const complete = reader.scattered.get(key)
  reader.scattered.delete(key)
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
  const known = reader.scattered.get(key)
  if (known) return known
  const product = { key, draft: yield* startProduct(reader, handle, row) }
  if (reader.survey.lastLines.has(key)) reader.scattered.set(key, product)
  else reader.current = product
  return product
}

/** Null, with a problem, when a product whose handle is written differently already has the converted handle. */
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
    const message = `Stored as ${quoted(handle)}: ${quoted(written)} is not a valid handle`
    warn(draft, row, 'handle', 'HANDLE_CHANGED', message)
  }
  return draft
}

function* finish(product: OpenProduct | null): Generator<ProductRecord | RowProblem> {
  if (product?.draft) yield* finishProduct(product.draft)
}

import { addRow, type RowLimits } from './add-row.ts'
import { type Columns, readHeader } from './columns.ts'
import { type BrokenRow, type CsvRow, readCsvRows } from './csv-rows.ts'
import { finishProduct } from './finish-product.ts'
import { handleKey, toHandle } from './handles.ts'
import { type OpenProduct, startProduct, warn } from './open-product.ts'
import type { RowProblem, ShopifyProduct } from './reader-output.ts'
import { cell, quoted, type Row } from './row.ts'
import { brokenRow, damagedText, repeatedHandle, unusableHandle } from './row-defects.ts'
import type { Survey } from './survey-rows.ts'

export type ReadOptions = {
  /** Currency of all prices (ISO 4217). */
  currency: string
  /** Further variants of a product are left out with one problem. Default: 2048, the limit of Shopify. */
  maxVariants?: number
  /** Called once, before the first product, with the columns of the header. */
  onColumns?: (columns: Columns) => void
}

/**
 * Reads Shopify's product CSV export. Yields each product as soon as it is complete, and a problem for each row, variant or
 * product that is left out.
 *
 * `survey`: the result of `surveyRows` for the same file. It shows after which row a product whose rows are not adjacent
 * is complete. Needs memory for the current product, the products with scattered rows, one block of the file and all
 * handles.
 *
 * Throws `ShopifyFileError`, before it yields anything, when the header cannot be read, and the errors of the source at any
 * time. Has no side effects.
 */
export async function* readShopifyProducts(
  source: AsyncIterable<Uint8Array | string>,
  survey: Survey,
  options: ReadOptions,
): AsyncGenerator<ShopifyProduct | RowProblem> {
  const reader: Reader = {
    currency: options.currency,
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
  // None is left here, unless the file has changed since it was surveyed
  for (const rows of reader.scattered.values()) yield* finish(rows)
}

type Reader = RowLimits & {
  survey: Survey
  /** The product whose rows are being read. */
  current: ProductRows | null
  /** Products whose rows are not adjacent, by key, until their last row. */
  scattered: Map<string, ProductRows>
  /** The first line of each handle. */
  handles: Map<string, number>
}

/** The rows with the same handle; `product` is null when they are left out. */
type ProductRows = { key: string; product: OpenProduct | null }

function* addCsvRow(
  reader: Reader,
  columns: Columns,
  csvRow: CsvRow | BrokenRow,
): Generator<ShopifyProduct | RowProblem> {
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
    const { product } = yield* rowsOf(reader, key, handle, row)
    const leftOut = product ? addRow(product, row, reader) : null
    if (leftOut) yield leftOut
  }
  if (reader.survey.lastLines.get(key) !== row.line) return
  const complete = reader.scattered.get(key)
  reader.scattered.delete(key)
  if (complete) yield* finish(complete)
}

function* rowsOf(
  reader: Reader,
  key: string,
  handle: string,
  row: Row,
): Generator<ShopifyProduct | RowProblem, ProductRows> {
  if (reader.current?.key === key) return reader.current
  yield* finish(reader.current)
  reader.current = null
  const known = reader.scattered.get(key)
  if (known) return known
  const rows = { key, product: yield* openProduct(reader, handle, row) }
  if (reader.survey.lastLines.has(key)) reader.scattered.set(key, rows)
  else reader.current = rows
  return rows
}

/** Null, with a problem, when a product whose handle is written differently already has the converted handle. */
function* openProduct(reader: Reader, handle: string, row: Row): Generator<RowProblem, OpenProduct | null> {
  const firstLine = reader.handles.get(handle)
  if (firstLine !== undefined) {
    yield repeatedHandle(row, handle, firstLine)
    return null
  }
  reader.handles.set(handle, row.line)
  const product = startProduct(handle, row)
  const written = cell(row, 'handle')
  if (written !== handle) {
    const message = `Stored as ${quoted(handle)}: ${quoted(written)} is not a valid handle`
    warn(product, row, 'handle', 'HANDLE_CHANGED', message)
  }
  return product
}

function* finish(rows: ProductRows | null): Generator<ShopifyProduct | RowProblem> {
  if (rows?.product) yield* finishProduct(rows.product)
}

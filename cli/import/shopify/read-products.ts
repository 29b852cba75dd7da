import { addRow, type RowLimits } from './add-row.ts'
import { type Columns, findColumns } from './columns.ts'
import { type BrokenRow, type CsvRow, readCsvRows } from './csv-rows.ts'
import { ShopifyFileError } from './file-error.ts'
import { finishProduct } from './finish-product.ts'
import { toHandle } from './handles.ts'
import { type ProductDraft, startDraft, warn } from './product-draft.ts'
import type { ProductRecord, RowProblem } from './product-record.ts'
import { cell, quoted, type Row } from './row.ts'
import { brokenRow, damagedText, repeatedHandle, unusableHandle } from './row-defects.ts'

export type ReadOptions = {
  /** Decimals of the shop's currency: 2 for most, 0 for yen, 3 for dinars. Default 2. */
  minorDigits?: number
  /** Further variants of a product are left out with one problem. Default 2048, Shopify's own limit. */
  maxVariants?: number
  /** Called once, before the first product, with what was found in the header. */
  onColumns?: (columns: Columns) => void
}

/**
 * Reads Shopify's product CSV export and gives out one product after the other, and a problem for each row,
 * variant or product that has to be left out, as soon as it is known.
 *
 * The rows of a product follow one another; a handle that comes back later is a problem and is not merged. Holds
 * one product, one block of the file and the handles and SKUs seen, however long the file is.
 *
 * Throws `ShopifyFileError`, before anything is given out, when the file as a whole cannot be read; errors of
 * the source are passed on at any time. Has no side effects.
 */
export async function* readShopifyProducts(
  source: AsyncIterable<Uint8Array | string>,
  options: ReadOptions = {},
): AsyncGenerator<ProductRecord | RowProblem> {
  const reader: Reader = {
    minorDigits: options.minorDigits ?? 2,
    maxVariants: options.maxVariants ?? 2048,
    current: null,
    handleLines: new Map(),
    skuLines: new Map(),
  }
  let columns: Columns | null = null
  let hasRows = false
  for await (const row of readCsvRows(source)) {
    if (columns === null) {
      columns = readHeader(row)
      options.onColumns?.(columns)
      continue
    }
    hasRows = true
    yield* takeRow(reader, columns, row)
  }
  if (columns === null) throw new ShopifyFileError('FILE_EMPTY', 'Cannot read this file: it is empty')
  if (!hasRows) {
    throw new ShopifyFileError('FILE_WITHOUT_ROWS', 'Cannot read this file: it has a header and no products')
  }
  yield* finishCurrent(reader)
}

type Reader = RowLimits & {
  /** The product whose rows are coming in; its draft is null when it is left out. */
  current: { handle: string; draft: ProductDraft | null } | null
  /** On which line a handle, or a SKU, has come first. */
  handleLines: Map<string, number>
  skuLines: Map<string, number>
}

function readHeader(row: CsvRow | BrokenRow): Columns {
  const text = row.kind === 'row' ? row.cells.join() : '\0'
  if (text.includes('\0')) {
    throw new ShopifyFileError(
      'FILE_NOT_CSV',
      'Cannot read this file: it is not CSV text; export the products again',
    )
  }
  if (text.includes('\ufffd')) {
    throw new ShopifyFileError(
      'FILE_NOT_UTF8',
      'Cannot read this file: its first line is not UTF-8; save it as "CSV UTF-8 (comma delimited)"',
    )
  }
  return findColumns(row.cells ?? [])
}

function* takeRow(
  reader: Reader,
  columns: Columns,
  found: CsvRow | BrokenRow,
): Generator<ProductRecord | RowProblem> {
  const row: Row = { line: found.line, cells: found.cells ?? [], columns }
  const handle = toHandle(cell(row, 'handle'))
  const defect = found.kind === 'broken' ? brokenRow(found, row, handle) : damagedText(row, handle)
  if (defect) {
    yield defect
  } else if (handle === null) {
    yield unusableHandle(row)
  } else {
    if (reader.current?.handle !== handle) yield* startProduct(reader, handle, row)
    const draft = reader.current?.draft
    const leftOut = draft ? addRow(draft, row, reader) : null
    if (leftOut) yield leftOut
  }
}

function* startProduct(reader: Reader, handle: string, row: Row): Generator<ProductRecord | RowProblem> {
  yield* finishCurrent(reader)
  const firstLine = reader.handleLines.get(handle)
  if (firstLine !== undefined) {
    reader.current = { handle, draft: null }
    yield repeatedHandle(row, handle, firstLine)
    return
  }
  reader.handleLines.set(handle, row.line)
  const draft = startDraft(handle, row)
  reader.current = { handle, draft }
  const written = cell(row, 'handle')
  if (written !== handle) {
    warn(
      draft,
      row,
      'handle',
      'HANDLE_CHANGED',
      `Stored as ${quoted(handle)}: ${quoted(written)} is no handle`,
    )
  }
}

function* finishCurrent(reader: Reader): Generator<ProductRecord | RowProblem> {
  const draft = reader.current?.draft
  reader.current = null
  if (draft) yield* finishProduct(draft, reader.skuLines)
}

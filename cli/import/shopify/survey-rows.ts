import { type Columns, readHeader } from './columns.ts'
import { readCsvRows } from './csv-rows.ts'
import { ShopifyFileError } from './file-error.ts'
import { handleKey } from './handles.ts'
import { cell } from './row.ts'

/** The result of the first pass over a file, which the second pass, `readShopifyProducts`, needs. */
export type Survey = {
  /** For each product whose rows are not adjacent, by its `handleKey`: the line of its last row. */
  lastLines: ReadonlyMap<string, number>
}

/**
 * Reads a file to its end and finds the products whose rows are not adjacent. Throws `ShopifyFileError` when the file cannot
 * be imported. Needs memory for all handles and one block of the file.
 */
export async function surveyRows(source: AsyncIterable<Uint8Array | string>): Promise<Survey> {
  const seen = new Set<string>()
  const lastLines = new Map<string, number>()
  let columns: Columns | null = null
  let hasRows = false
  let previousKey: string | null = null
  for await (const row of readCsvRows(source)) {
    if (columns === null) {
      columns = readHeader(row)
      continue
    }
    hasRows = true
    const key = handleKey(cell({ line: row.line, cells: row.cells ?? [], columns }, 'handle'))
    if (key === '') continue
    const isApart = key !== previousKey && seen.has(key)
    if (isApart || lastLines.has(key)) lastLines.set(key, row.line)
    seen.add(key)
    previousKey = key
  }
  if (columns === null) throw new ShopifyFileError('FILE_EMPTY', 'Cannot read this file: it is empty')
  if (!hasRows) {
    throw new ShopifyFileError('FILE_WITHOUT_ROWS', 'Cannot read this file: it has a header and no products')
  }
  return { lastLines }
}

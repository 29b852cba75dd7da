import { type Columns, readHeader } from './columns.ts'
import { readCsvRows } from './csv-rows.ts'
import { ShopifyFileError } from './file-error.ts'
import { handleKey } from './handles.ts'
import { cell } from './row.ts'

/** What has to be known of a file before its products can be read one after the other. */
export type Survey = {
  /** The line of the last row of each product whose rows are not neighbours, by `handleKey`. */
  lastLines: ReadonlyMap<string, number>
}

/**
 * Reads a file to its end and finds the products whose rows are not neighbours.
 *
 * Throws `ShopifyFileError` when the file as a whole cannot be read, so that a file that was surveyed is one that can be
 * imported. Holds the handles and one block of the file.
 */
export async function surveyRows(source: AsyncIterable<Uint8Array | string>): Promise<Survey> {
  const seen = new Set<string>()
  const lastLines = new Map<string, number>()
  let columns: Columns | null = null
  let hasRows = false
  let before: string | null = null
  for await (const found of readCsvRows(source)) {
    if (columns === null) {
      columns = readHeader(found)
      continue
    }
    hasRows = true
    const key = handleKey(cell({ line: found.line, cells: found.cells ?? [], columns }, 'handle'))
    if (key === '') continue
    if (lastLines.has(key) || (key !== before && seen.has(key))) lastLines.set(key, found.line)
    seen.add(key)
    before = key
  }
  if (columns === null) throw new ShopifyFileError('FILE_EMPTY', 'Cannot read this file: it is empty')
  if (!hasRows) {
    throw new ShopifyFileError('FILE_WITHOUT_ROWS', 'Cannot read this file: it has a header and no products')
  }
  return { lastLines }
}

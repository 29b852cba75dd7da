import { CsvError, parse } from 'csv-parse/sync'

/** Why parsing ended: the text ended, `onRow` stopped it, or a row has a defect. */
export type CsvEnd = 'end' | 'stopped' | 'stray quote' | 'open quote'

/**
 * Parses CSV text that starts at a row. Calls `onRow` with the cells of each row and the offset of the byte after it, up to
 * the first row with a defect; `onRow` returns false to stop. If `quotes` is `lenient`, a misplaced quote is read as text;
 * if `strict`, it is a defect of its row.
 */
export function parseCsv(
  text: Buffer,
  delimiter: string,
  onRow: (cells: string[], end: number) => boolean,
  quotes: 'strict' | 'lenient' = 'strict',
): CsvEnd {
  try {
    parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: quotes === 'lenient',
      max_record_size: 0,
      on_record(cells, info) {
        if (!onRow(cells, info.bytes)) throw new Stop()
        return null
      },
    })
    return 'end'
  } catch (error) {
    if (error instanceof Stop) return 'stopped'
    if (!(error instanceof CsvError)) throw error
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'open quote'
    if (error.code === 'CSV_INVALID_CLOSING_QUOTE' || error.code === 'INVALID_OPENING_QUOTE') {
      return 'stray quote'
    }
    throw error
  }
}

/** Thrown by the parser's callback, which has no other way to stop the parser. */
class Stop extends Error {}

/** The cells of the first row, or null when it has a defect. */
export function parseFirstRow(
  text: Buffer,
  delimiter: string,
  quotes: 'strict' | 'lenient',
): string[] | null {
  let first: string[] | null = null
  parseCsv(
    text,
    delimiter,
    (cells) => {
      first = cells
      return false
    },
    quotes,
  )
  return first
}

import { CsvError, parse } from 'csv-parse/sync'

/** How the parsing of a text ended: at its end, because `take` said so, or at a row with a defect. */
export type CsvEnd = 'end' | 'stopped' | 'stray quote' | 'open quote'

/**
 * Parses CSV text that starts with a row, and hands each row's cells to `take`, with the offset of the byte after
 * the row. `take` returns false to stop. A row with a defect, and what follows it, is not handed over.
 *
 * `lenient` takes quotes in the wrong place as text; `strict` ends there.
 */
export function parseCsv(
  text: Buffer,
  delimiter: string,
  take: (cells: string[], end: number) => boolean,
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
        if (!take(cells, info.bytes)) throw new Stop()
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

/** Thrown out of the parser's callback, which has no other way to leave it. */
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

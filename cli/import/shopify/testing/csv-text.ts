/** The format of a test's CSV file. */
export type CsvStyle = { delimiter: string; lineBreak: string; byteOrderMark: boolean; quoteAll: boolean }

export const PLAIN_STYLE: CsvStyle = {
  delimiter: ',',
  lineBreak: '\n',
  byteOrderMark: false,
  quoteAll: false,
}

/** Formats rows of cells as CSV text. */
export function csvText(rows: string[][], style: CsvStyle = PLAIN_STYLE): string {
  const lines = rows.map((cells) => cells.map((text) => csvCell(text, style)).join(style.delimiter))
  const mark = style.byteOrderMark ? '\ufeff' : ''
  return mark + lines.map((line) => line + style.lineBreak).join('')
}

function csvCell(text: string, style: CsvStyle): string {
  const needsQuotes = style.quoteAll || /["\r\n,;\t]/.test(text)
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text
}

/** Formats records as CSV text; the header has all columns that occur. */
export function csvOf(records: Record<string, string>[], style: CsvStyle = PLAIN_STYLE): string {
  const required = ['Handle', 'Title', 'Option1 Name', 'Option1 Value', 'Variant Price']
  const header = [...new Set([...required, ...records.flatMap((record) => Object.keys(record))])]
  return csvText([header, ...records.map((record) => header.map((name) => record[name] ?? ''))], style)
}

import { countOf } from '#shared/text.ts'
import { byteBlocks } from './byte-blocks.ts'
import { type CsvEnd, parseCsv, parseFirstRow } from './csv-text.ts'
import { requireUtf8Csv } from './file-kind.ts'
import { breakEnd, completeLinesEnd, countBreaks, delimiterOf } from './physical-lines.ts'

/** A row with as many cells as the header. The header is the first row. */
export type CsvRow = { kind: 'row'; line: number; cells: string[] }

/** Lines that could not be read as a row. `cells`: their cells, possibly shifted; null when they could not be split. */
export type BrokenRow = {
  kind: 'broken'
  line: number
  lastLine: number
  code: 'ROW_FIELD_COUNT' | 'ROW_UNREADABLE'
  cells: string[] | null
  reason: string
}

/** Limit of a row's length. Without it, an unclosed quote would make the rest of the file one row. */
export const MAX_ROW_BYTES = 1024 * 1024

/** Limits of the search for a valid row after a broken one: number of lines, and length of the valid row. */
const MAX_LINES_TO_RESUME = 200
const LOOK_AHEAD_BYTES = 64 * 1024

/**
 * Reads a CSV file row by row. Detects the separator (comma, semicolon or tab) and the line breaks. Skips a byte order mark,
 * a `sep=` line and blank rows. A quote inside an unquoted cell is text.
 *
 * Yields a broken row and continues at the next line on which a valid row starts, so that an unclosed quote costs one row.
 * Needs memory for one block of the file and one unfinished row (at most `MAX_ROW_BYTES`).
 *
 * Throws `ShopifyFileError` when the file is not text, and the errors of the source.
 */
export async function* readCsvRows(
  source: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<CsvRow | BrokenRow> {
  const reader: Reader = { rest: Buffer.alloc(0), line: 1, delimiter: null, width: null, inLongLine: false }
  let minimumBytes = 0
  for await (const block of byteBlocks(source)) {
    reader.rest = Buffer.concat([reader.rest, block])
    if (reader.rest.length < minimumBytes) continue
    yield* consumeRows(reader, false)
    // The rest is parsed again with the following blocks. Waiting for twice as many bytes keeps the total work linear
    minimumBytes = Math.min(reader.rest.length * 2, MAX_ROW_BYTES + 1)
  }
  yield* consumeRows(reader, true)
}

type Reader = {
  /** The bytes from the start of the next row. */
  rest: Buffer
  /** The line on which `rest` starts. */
  line: number
  delimiter: string | null
  /** Number of cells of the header; null before the header. */
  width: number | null
  /** Whether `rest` is inside a line that was skipped because of its length. */
  inLongLine: boolean
}

/** Yields the rows of `rest` and removes them from it. Leaves a row that more bytes of the file may complete. */
function* consumeRows(reader: Reader, atEnd: boolean): Generator<CsvRow | BrokenRow> {
  if (reader.delimiter === null) {
    reader.rest = requireUtf8Csv(reader.rest)
    reader.delimiter = consumeSeparatorLine(reader) ?? delimiterOf(reader.rest)
  }
  if (reader.inLongLine) skipLongLine(reader)
  for (;;) {
    const completeEnd = atEnd ? reader.rest.length : completeLinesEnd(reader.rest)
    const { rows, defect } = parseRows(reader, reader.rest.subarray(0, completeEnd))
    yield* rows
    const isLong = reader.rest.length > MAX_ROW_BYTES
    if (defect === null) {
      if (!isLong) return
      yield reportLongLine(reader)
      return
    }
    // The following bytes may close the quote, or contain the next valid row
    const mayBeClosedLater = defect.kind === 'open quote' && !atEnd && !isLong
    const needsMoreToResume = !atEnd && reader.rest.length < 2 * LOOK_AHEAD_BYTES
    if (mayBeClosedLater || needsMoreToResume) return
    yield skipDefect(reader, defect, completeEnd)
  }
}

/** Returns the separator of a line such as `sep=;`, which spreadsheets write above the header; null without such a line. */
function consumeSeparatorLine(reader: Reader): string | null {
  const [line = '', separator] =
    /^"?sep=([,;\t])"?[ \t]*(?:\r\n|\n|\r)/i.exec(reader.rest.toString('latin1', 0, 20)) ?? []
  if (separator === undefined) return null
  skip(reader, line.length)
  return separator
}

/** Why the row at the start of `rest` could not be read. */
type Defect =
  | { kind: 'stray quote' | 'open quote' }
  /** The row spans several lines, which may be valid rows that an unclosed quote has joined. */
  | { kind: 'field count'; bytes: number; row: BrokenRow }

/** Consumes the rows at the start of `text`, up to the first defect. */
function parseRows(reader: Reader, text: Buffer): { rows: (CsvRow | BrokenRow)[]; defect: Defect | null } {
  const rows: (CsvRow | BrokenRow)[] = []
  let start = 0
  let defect: Defect | null = null
  function onRow(cells: string[], end: number): boolean {
    const breaks = countBreaks(text, start, end)
    const row = toRow(reader, cells)
    if (row?.kind === 'broken' && breaks > 1) {
      defect = { kind: 'field count', bytes: end - start, row }
      return false
    }
    if (row) rows.push(row)
    start = end
    reader.line += breaks
    return true
  }
  const end: CsvEnd = parseCsv(text, reader.delimiter ?? ',', onRow)
  reader.rest = reader.rest.subarray(start)
  return { rows, defect: end === 'stray quote' || end === 'open quote' ? { kind: end } : defect }
}

/** Null for a blank row. */
function toRow(reader: Reader, cells: string[]): CsvRow | BrokenRow | null {
  const used = cells.findLastIndex((cell) => cell.trim() !== '') + 1
  if (used === 0) return null
  const { line } = reader
  reader.width ??= used
  if (used <= reader.width && cells.length >= reader.width) {
    return { kind: 'row', line, cells: cells.slice(0, reader.width) }
  }
  const reason = `it has ${countOf(cells.length, 'field')} and the header has ${reader.width}`
  return { kind: 'broken', line, lastLine: line, code: 'ROW_FIELD_COUNT', cells, reason }
}

/**
 * Consumes a row with a defect, up to the next valid row. Returns it as a row if its quotes can be read as text.
 * `completeEnd`: the end of the last complete line of `rest`.
 */
function skipDefect(reader: Reader, defect: Defect, completeEnd: number): CsvRow | BrokenRow {
  const { line } = reader
  const firstLineEnd = breakEnd(reader.rest, 0, completeEnd)
  if (defect.kind === 'field count') {
    const end = validRowStart(reader, firstLineEnd, defect.bytes, completeEnd) ?? defect.bytes
    const row = end < defect.bytes ? unreadable(line, 'a quote is opened and never closed') : defect.row
    return { ...row, lastLine: skip(reader, end) }
  }
  const cells = parseFirstRow(reader.rest.subarray(0, firstLineEnd), reader.delimiter ?? ',', 'lenient')
  if (cells && cells.length === (reader.width ?? cells.length)) {
    reader.width ??= cells.length
    skip(reader, firstLineEnd)
    return { kind: 'row', line, cells }
  }
  const searchEnd = linesEnd(reader.rest, firstLineEnd, completeEnd)
  const end = validRowStart(reader, firstLineEnd, searchEnd, completeEnd) ?? searchEnd
  const reason =
    defect.kind === 'open quote' ? 'a quote is opened and never closed' : 'a quote is in the wrong place'
  return { ...unreadable(line, reason), lastLine: skip(reader, end) }
}

/** The offset of the first line between two offsets on which a row with as many cells as the header starts; null if none. */
function validRowStart(reader: Reader, from: number, until: number, completeEnd: number): number | null {
  let start = from
  for (let tries = 0; start < until && tries < MAX_LINES_TO_RESUME; tries += 1) {
    const text = reader.rest.subarray(start, Math.min(start + LOOK_AHEAD_BYTES, completeEnd))
    const cells = parseFirstRow(text, reader.delimiter ?? ',', 'strict')
    if (cells?.length === reader.width) return start
    start = breakEnd(reader.rest, start, until)
  }
  return null
}

/** The end of the lines in which to look for a valid row: at most `MAX_LINES_TO_RESUME` from an offset on. */
function linesEnd(bytes: Buffer, from: number, completeEnd: number): number {
  const until = Math.min(Math.max(from, LOOK_AHEAD_BYTES), completeEnd)
  let end = from
  for (let lines = 0; lines < MAX_LINES_TO_RESUME && end < until; lines += 1) {
    end = breakEnd(bytes, end, completeEnd)
  }
  return end
}

/** Skips bytes and returns the number of the last line that was skipped. */
function skip(reader: Reader, bytes: number): number {
  const breaks = countBreaks(reader.rest, 0, bytes)
  const endsWithBreak = breakEnd(reader.rest, bytes - 1, bytes + 1) <= bytes
  const lastLine = reader.line + breaks - (endsWithBreak ? 1 : 0)
  reader.line += breaks
  reader.rest = reader.rest.subarray(bytes)
  return lastLine
}

function unreadable(line: number, reason: string): BrokenRow {
  return { kind: 'broken', line, lastLine: line, code: 'ROW_UNREADABLE', cells: null, reason }
}

function reportLongLine(reader: Reader): BrokenRow {
  reader.rest = Buffer.alloc(0)
  reader.inLongLine = true
  return unreadable(reader.line, `it is longer than ${MAX_ROW_BYTES} bytes`)
}

function skipLongLine(reader: Reader) {
  const end = breakEnd(reader.rest, 0, reader.rest.length)
  const hasEnd = countBreaks(reader.rest, 0, end) > 0
  reader.line += hasEnd ? 1 : 0
  reader.inLongLine = !hasEnd
  reader.rest = reader.rest.subarray(end)
}

import { byteBlocks } from './byte-blocks.ts'
import { type CsvEnd, parseCsv, parseFirstRow } from './csv-text.ts'
import { refuseForeignFile } from './file-kind.ts'
import { breakEnd, completeLinesEnd, countBreaks, delimiterOf } from './physical-lines.ts'

/** A row with as many cells as the header; the header itself is the first one. */
export type CsvRow = { kind: 'row'; line: number; cells: string[] }

/** Lines that could not be read as a row. `cells` is what there is of them, possibly shifted; often null. */
export type BrokenRow = {
  kind: 'broken'
  line: number
  lastLine: number
  code: 'ROW_FIELD_COUNT' | 'ROW_UNREADABLE'
  cells: string[] | null
  reason: string
}

/** A longer row is broken: a quote that is never closed would otherwise take in the rest of the file. */
export const MAX_ROW_BYTES = 1024 * 1024

/** How far behind a broken row's first line a sound row is searched, and how long that row may be. */
const MAX_LINES_TO_RESUME = 200
const LOOK_AHEAD_BYTES = 64 * 1024

/**
 * Reads a CSV file row by row. Separator (comma, semicolon or tab) and line breaks are recognised, a byte order
 * mark and a `sep=` line are skipped, blank rows are left out, and a quote inside a cell that is not quoted is taken as it is.
 *
 * A broken row is reported, and reading goes on with the next line on which a sound row starts: a quote that is
 * left open costs its own row and not those it would swallow. Holds one block and one unfinished row (at most
 * `MAX_ROW_BYTES`).
 *
 * Throws `ShopifyFileError` when it isn't a text file, and whatever the source throws.
 */
export async function* readCsvRows(
  source: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<CsvRow | BrokenRow> {
  const reader: Reader = { rest: Buffer.alloc(0), line: 1, delimiter: null, width: null, inLongLine: false }
  let wantedBytes = 0
  for await (const block of byteBlocks(source)) {
    reader.rest = Buffer.concat([reader.rest, block])
    if (reader.rest.length < wantedBytes) continue
    yield* takeRows(reader, false)
    // What is left is read again with what follows; waiting for twice as much keeps the work linear.
    wantedBytes = Math.min(reader.rest.length * 2, MAX_ROW_BYTES + 1)
  }
  yield* takeRows(reader, true)
}

type Reader = {
  /** Bytes from the start of the next row on. */
  rest: Buffer
  /** The line on which `rest` starts. */
  line: number
  delimiter: string | null
  /** Number of the header's cells; null before the header. */
  width: number | null
  /** Inside a line that was given up because of its length. */
  inLongLine: boolean
}

function* takeRows(reader: Reader, atEnd: boolean): Generator<CsvRow | BrokenRow> {
  if (reader.delimiter === null) {
    reader.rest = refuseForeignFile(reader.rest)
    reader.delimiter = takeSeparatorLine(reader) ?? delimiterOf(reader.rest)
  }
  if (reader.inLongLine) leaveLongLine(reader)
  for (;;) {
    const complete = atEnd ? reader.rest.length : completeLinesEnd(reader.rest)
    const { rows, defect } = parseRows(reader, reader.rest.subarray(0, complete))
    yield* rows
    const isLong = reader.rest.length > MAX_ROW_BYTES
    if (defect === null) {
      if (!isLong) return
      yield giveUpLongLine(reader)
      return
    }
    const mayBeClosedLater = defect.kind === 'open quote' && !atEnd && !isLong
    const needsMoreToResume = !atEnd && reader.rest.length < 2 * LOOK_AHEAD_BYTES
    if (mayBeClosedLater || needsMoreToResume) return
    yield passDefect(reader, defect, complete)
  }
}

/** Spreadsheets write, and expect, `sep=;` above the header: it says what parts the cells, and is no row. */
function takeSeparatorLine(reader: Reader): string | null {
  const [line = '', separator] =
    /^"?sep=([,;\t])"?[ \t]*(?:\r\n|\n|\r)/i.exec(reader.rest.toString('latin1', 0, 20)) ?? []
  if (separator === undefined) return null
  skip(reader, line.length)
  return separator
}

/** Why the row at the start of `rest` could not be taken like the ones before it. */
type Defect =
  | { kind: 'stray quote' | 'open quote' }
  /** The row goes over several lines: it may hold sound ones, joined by a quote left open. */
  | { kind: 'field count'; bytes: number; row: BrokenRow }

/** Takes the rows off the start of `text`, up to the first defect. */
function parseRows(reader: Reader, text: Buffer): { rows: (CsvRow | BrokenRow)[]; defect: Defect | null } {
  const rows: (CsvRow | BrokenRow)[] = []
  let start = 0
  let defect: Defect | null = null
  function take(cells: string[], end: number): boolean {
    const breaks = countBreaks(text, start, end)
    const row = judge(reader, cells)
    if (row?.kind === 'broken' && breaks > 1) {
      defect = { kind: 'field count', bytes: end - start, row }
      return false
    }
    if (row) rows.push(row)
    start = end
    reader.line += breaks
    return true
  }
  const end: CsvEnd = parseCsv(text, reader.delimiter ?? ',', take)
  reader.rest = reader.rest.subarray(start)
  return { rows, defect: end === 'stray quote' || end === 'open quote' ? { kind: end } : defect }
}

function judge(reader: Reader, cells: string[]): CsvRow | BrokenRow | null {
  const used = cells.findLastIndex((cell) => cell.trim() !== '') + 1
  if (used === 0) return null
  const { line } = reader
  reader.width ??= used
  if (used <= reader.width && cells.length >= reader.width) {
    return { kind: 'row', line, cells: cells.slice(0, reader.width) }
  }
  const reason = `it has ${cells.length} fields and the header has ${reader.width}`
  return { kind: 'broken', line, lastLine: line, code: 'ROW_FIELD_COUNT', cells, reason }
}

function passDefect(reader: Reader, defect: Defect, complete: number): CsvRow | BrokenRow {
  const { line } = reader
  const firstLineEnd = breakEnd(reader.rest, 0, complete)
  if (defect.kind === 'field count') {
    const end = soundRowStart(reader, firstLineEnd, defect.bytes, complete) ?? defect.bytes
    const row = end < defect.bytes ? unreadable(line, 'a quote is opened and never closed') : defect.row
    return { ...row, lastLine: skip(reader, end) }
  }
  const cells = parseFirstRow(reader.rest.subarray(0, firstLineEnd), reader.delimiter ?? ',', 'lenient')
  if (cells && cells.length === (reader.width ?? cells.length)) {
    reader.width ??= cells.length
    skip(reader, firstLineEnd)
    return { kind: 'row', line, cells }
  }
  const triedEnd = linesEnd(reader.rest, firstLineEnd, complete)
  const end = soundRowStart(reader, firstLineEnd, triedEnd, complete) ?? triedEnd
  const reason =
    defect.kind === 'open quote' ? 'a quote is opened and never closed' : 'a quote is in the wrong place'
  return { ...unreadable(line, reason), lastLine: skip(reader, end) }
}

/** The first line between two offsets on which a row with the right number of cells starts. */
function soundRowStart(reader: Reader, from: number, until: number, complete: number): number | null {
  let start = from
  for (let tries = 0; start < until && tries < MAX_LINES_TO_RESUME; tries += 1) {
    const text = reader.rest.subarray(start, Math.min(start + LOOK_AHEAD_BYTES, complete))
    const cells = parseFirstRow(text, reader.delimiter ?? ',', 'strict')
    if (cells?.length === reader.width) return start
    start = breakEnd(reader.rest, start, until)
  }
  return null
}

function linesEnd(bytes: Buffer, from: number, complete: number): number {
  const until = Math.min(Math.max(from, LOOK_AHEAD_BYTES), complete)
  let end = from
  for (let lines = 0; lines < MAX_LINES_TO_RESUME && end < until; lines += 1) {
    end = breakEnd(bytes, end, complete)
  }
  return end
}

/** Returns the last line that was skipped. */
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

function giveUpLongLine(reader: Reader): BrokenRow {
  reader.rest = Buffer.alloc(0)
  reader.inLongLine = true
  return unreadable(reader.line, `it is longer than ${MAX_ROW_BYTES} bytes`)
}

function leaveLongLine(reader: Reader) {
  const end = breakEnd(reader.rest, 0, reader.rest.length)
  const found = countBreaks(reader.rest, 0, end) > 0
  reader.line += found ? 1 : 0
  reader.inLongLine = !found
  reader.rest = reader.rest.subarray(end)
}

import { firstCharacters, quote, visibleText } from '#shared/text.ts'
import type { ColumnKey, Columns } from './columns.ts'
import type { ProblemCode, RowProblem, RowWarning, WarningCode } from './reader-output.ts'

/** A row with the columns of its file; `cell` and `rawCell` read it by column. */
export type Row = { line: number; cells: string[]; columns: Columns }

/** The cell as written; `''` when the file does not have the column. */
export function rawCell(row: Row, key: ColumnKey): string {
  const index = row.columns.at[key]
  return index === undefined ? '' : (row.cells[index] ?? '')
}

/**
 * The cell as one line of text: white space and control characters become single spaces. A cell without a visible
 * character is empty.
 */
export function cell(row: Row, key: ColumnKey): string {
  return visibleText(rawCell(row, key).replace(/[\s\p{Cc}]+/gu, ' '))
}

export function problem(
  row: Row,
  handle: string | null,
  key: ColumnKey | null,
  code: ProblemCode,
  message: string,
): RowProblem {
  return { kind: 'problem', line: row.line, handle, column: columnName(row, key), code, message }
}

export function warning(row: Row, key: ColumnKey | null, code: WarningCode, message: string): RowWarning {
  return { line: row.line, column: columnName(row, key), code, message }
}

/** The text of a cell for a message: quoted, and shortened when it is long. */
export function quoted(text: string): string {
  return quote(text.length > 60 ? `${firstCharacters(text, 57)}...` : text, "'")
}

function columnName(row: Row, key: ColumnKey | null): string | null {
  const index = key === null ? undefined : row.columns.at[key]
  return index === undefined ? null : (row.columns.header[index] ?? null)
}

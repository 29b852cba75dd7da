import type { ColumnKey } from './columns.ts'
import type { BrokenRow } from './csv-rows.ts'
import { MAX_HANDLE_LENGTH } from './handles.ts'
import type { RowProblem } from './reader-output.ts'
import { cell, problem, quoted, type Row, rawCell } from './row.ts'

/** The problem of lines that could not be read as a row. */
export function brokenRow(found: BrokenRow, row: Row, handle: string | null): RowProblem {
  const lines = found.lastLine > found.line ? `lines ${found.line} to ${found.lastLine}` : 'this row'
  const message = `Left out ${lines}: ${found.reason}; check its quotes and separators`
  return problem(row, handle, null, found.code, message)
}

/** The problem of a row with damaged text or NUL characters in a used cell; null when there is none. */
export function damagedText(row: Row, handle: string | null): RowProblem | null {
  for (const key of Object.keys(row.columns.at) as ColumnKey[]) {
    const text = rawCell(row, key)
    if (text.includes('\0')) {
      const message = 'Left out this row: its text contains NUL characters; remove them'
      return problem(row, handle, key, 'TEXT_HAS_NUL', message)
    }
    // The decoder replaces invalid UTF-8 with this character. If the file itself contains it, its text was damaged before
    if (text.includes('\ufffd')) {
      const message = `Left out this row: ${quoted(text)} is not UTF-8 text; save the file as "CSV UTF-8"`
      return problem(row, handle, key, 'TEXT_NOT_UTF8', message)
    }
  }
  return null
}

export function unusableHandle(row: Row): RowProblem {
  const written = cell(row, 'handle')
  if (written === '') {
    const message = 'Left out this row: it has no handle, so its product is unknown; enter one'
    return problem(row, null, 'handle', 'HANDLE_MISSING', message)
  }
  const message =
    `Left out this row: the handle ${quoted(written)} has no letter, digit or symbol, or more than ` +
    `${MAX_HANDLE_LENGTH} characters; use one like 'blue-shirt'`
  return problem(row, null, 'handle', 'HANDLE_INVALID', message)
}

export function repeatedHandle(row: Row, handle: string, firstLine: number): RowProblem {
  const message =
    `Left out the rows of ${quoted(cell(row, 'handle'))}: the handle would be ${quoted(handle)}, which the product ` +
    `on line ${firstLine} already has; change one of the two`
  return problem(row, handle, 'handle', 'HANDLE_REPEATED', message)
}

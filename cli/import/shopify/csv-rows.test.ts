import { describe, expect, test } from 'vitest'
import { type BrokenRow, type CsvRow, MAX_ROW_BYTES, readCsvRows } from './csv-rows.ts'
import { chunksOf } from './testing/read-all.ts'

async function rowsOf(...chunks: (string | Uint8Array)[]): Promise<(CsvRow | BrokenRow)[]> {
  return Array.fromAsync(readCsvRows(chunksOf(chunks)))
}

/** Rows as `line: cells`, broken ones as `line-lastLine: code`. */
async function shape(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const rows = await rowsOf(...chunks)
  return rows.map((row) =>
    row.kind === 'row' ? `${row.line}: ${row.cells.join('|')}` : `${row.line}-${row.lastLine}: ${row.code}`,
  )
}

describe('readCsvRows()', () => {
  test('reads cells, quotes and line breaks inside quotes, and counts physical lines', async () => {
    expect(await shape('a,b\n1,"x ""y""\r\nz"\r\n3,4')).toEqual(['1: a|b', '2: 1|x "y"\r\nz', '4: 3|4'])
  })

  test.each([',', ';', '\t'])('recognises the separator %j', async (separator) => {
    expect(await shape(`a${separator}b\n1${separator}2\n`)).toEqual(['1: a|b', '2: 1|2'])
  })

  test.each(['\n', '\r\n', '\r'])('recognises the line break %j', async (lineBreak) => {
    expect(await shape(['a,b', '', '1,2', ',', '3,4', ''].join(lineBreak))).toEqual([
      '1: a|b',
      '3: 1|2',
      '5: 3|4',
    ])
  })

  test('skips a byte order mark, and surplus blank cells', async () => {
    expect(await shape('\ufeffa,b,,\n1,2,,,\n1,2\n')).toEqual(['1: a|b', '2: 1|2', '3: 1|2'])
  })

  test('reports rows with too few or too many fields, and continues', async () => {
    expect(await shape('a,b,c\n1,2\n1,2,3\n1,2,3,4\n4,5,6\n')).toEqual([
      '1: a|b|c',
      '2-2: ROW_FIELD_COUNT',
      '3: 1|2|3',
      '4-4: ROW_FIELD_COUNT',
      '5: 4|5|6',
    ])
  })

  test('reports a broken row of several lines once', async () => {
    expect(await shape('a,b,c\n1,"x\ny\nz"\n4,5,6\n')).toEqual([
      '1: a|b|c',
      '2-4: ROW_FIELD_COUNT',
      '5: 4|5|6',
    ])
  })

  test('reads a quote inside an unquoted cell as text', async () => {
    expect(await shape('a,b\n5" pot,2\n3,4\n')).toEqual(['1: a|b', '2: 5" pot|2', '3: 3|4'])
  })

  test.each([
    ['when no quote follows', 'a,b,c\n1,"2,3\n4,5,6\n7,8,9\n'],
    ['when a later quote closes it', 'a,b,c\n1,"2,3\n4,5,6\n7,8,"9"\n'],
    ['when the joined rows have the right number of fields', 'a,b,c\n1,"2,3\n4,5,6\n7,"8",9\n'],
    ['when the next quoted cell starts with a separator', 'a,b,c\n1,"2,3\n4,5,6\n7,",8",9\n'],
  ])('loses only one row to an unclosed quote, %s', async (_, text) => {
    const rows = await shape(text)
    expect(rows[1]).toBe('2-2: ROW_UNREADABLE')
    expect(rows[2]).toBe('3: 4|5|6')
    expect(rows).toHaveLength(4)
  })

  test('does not lose the rest of a long file to an unclosed quote', async () => {
    const count = MAX_ROW_BYTES / 64
    const good = `4,5,${'6'.repeat(100)}\n`.repeat(count)
    const rows = await rowsOf(`a,b,c\n1,"2,3\n${good}`)
    expect(rows.filter(({ kind }) => kind === 'broken')).toHaveLength(1)
    expect(rows).toHaveLength(2 + count)
  })

  test('skips a line of more than 1 MiB, and continues after it', async () => {
    const long = 'x'.repeat(MAX_ROW_BYTES * 2)
    expect(await shape('a,b\n', `1,${long}\n`, '3,4\n')).toEqual(['1: a|b', '2-2: ROW_UNREADABLE', '3: 3|4'])
  })

  test('reads a quoted cell of nearly 1 MiB', async () => {
    const rows = await rowsOf(`a,b\n1,"${'x\n'.repeat(MAX_ROW_BYTES / 2 - 100)}"\n3,4\n`)
    expect(rows.map(({ kind }) => kind)).toEqual(['row', 'row', 'row'])
    expect(rows[2]?.line).toBe(2 + MAX_ROW_BYTES / 2 - 100 + 1)
  })

  test('throws the errors of the source, and closes the source when its reader stops', async () => {
    async function* failing() {
      yield 'a,b\n'
      throw new Error('disk gone')
    }
    await expect(Array.fromAsync(readCsvRows(failing()))).rejects.toThrow('disk gone')
    let isClosed = false
    async function* endless() {
      try {
        for (;;) yield 'a,b\n'.repeat(100_000)
      } finally {
        isClosed = true
      }
    }
    for await (const _ of readCsvRows(endless())) break
    expect(isClosed).toBe(true)
  })
})

/** One line of the result: what was measured, how it compares with what is asked. */
export interface Row {
  work: string
  /** In words, with units. */
  figure: string
  /** What is asked; null where the figure is there to compare with others. */
  bar: string | null
  /** null where it could not be measured, or nothing is asked. */
  met: boolean | null
  /** Raw numbers for programs. */
  data: Record<string, number>
}

export function formatTable(rows: readonly Row[]): string {
  const lines = [
    ['work', 'measured', 'bar', ''],
    ['---', '---', '---', '---'],
    ...rows.map(({ work, figure, bar, met }) => [
      work,
      figure,
      bar ?? '',
      bar === null ? 'to compare' : met === null ? 'not measured' : met ? 'met' : 'MISSED',
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`).join('\n')
}

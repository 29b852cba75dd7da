/** One line of the result: what was measured, and the target. */
export interface Row {
  work: string
  /** The measured figure with its unit, as text. */
  figure: string
  /** Null when the figure has no target. */
  target: string | null
  /** Null when there is no target, or its value on this machine is unknown. */
  met: boolean | null
  /** The numbers for programs. */
  data: Record<string, number>
}

export function formatTable(rows: readonly Row[]): string {
  const lines = [
    ['work', 'measured', 'target', ''],
    ['---', '---', '---', '---'],
    ...rows.map(({ work, figure, target, met }) => [
      work,
      figure,
      target ?? '',
      target === null ? 'no target' : met === null ? 'target unknown here' : met ? 'met' : 'MISSED',
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`).join('\n')
}

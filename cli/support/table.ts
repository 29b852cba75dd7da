/** Formats rows as lines with aligned columns. The first row is the header. `right`: headers of right-aligned columns. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly string[] = []): string[] {
  const [head = []] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(head[column]!) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  )
}

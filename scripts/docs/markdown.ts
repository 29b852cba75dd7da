/** Stands at the top of every generated page. */
export const GENERATED = '<!-- Written by "npm run docs" from the code; changes belong there. -->\n'

/** A Markdown table; empty text when there are no rows. */
export function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return ''
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

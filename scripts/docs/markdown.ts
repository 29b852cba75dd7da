/** The first line of every generated page. */
export const GENERATED =
  '<!-- Generated from the code by "npm run docs". Change the code instead of this page. -->\n'

/** A Markdown table; an empty string when there are no rows. */
export function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return ''
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

import type { RowProblem, RowWarning } from './shopify/product-record.ts'

/** Problems and warnings beyond these are counted, not kept, so that a broken file cannot fill the memory. */
const MAX_KEPT = 1000

export type Outcome = 'created' | 'updated' | 'unchanged'

/** What an import did, or would do. Plain data, ready for JSON. */
export interface ImportReport {
  dryRun: boolean
  files: string[]
  products: Record<Outcome, number>
  variants: number
  /** Variants whose stock was set, and those that kept what they had. */
  stock: { set: number; kept: number }
  /** What was left out, with the reason. */
  problems: (RowProblem & { file: string })[]
  problemCount: number
  /** What was taken differently from how it is written. */
  warnings: (RowWarning & { file: string })[]
  warningCount: number
}

export function emptyReport(files: readonly string[], dryRun: boolean): ImportReport {
  return {
    dryRun,
    files: [...files],
    products: { created: 0, updated: 0, unchanged: 0 },
    variants: 0,
    stock: { set: 0, kept: 0 },
    problems: [],
    problemCount: 0,
    warnings: [],
    warningCount: 0,
  }
}

export function addProblem(report: ImportReport, file: string, { kind, ...problem }: RowProblem): void {
  report.problemCount++
  if (report.problems.length < MAX_KEPT) report.problems.push({ kind, ...problem, file })
}

export function addWarnings(report: ImportReport, file: string, warnings: readonly RowWarning[]): void {
  report.warningCount += warnings.length
  for (const warning of warnings)
    if (report.warnings.length < MAX_KEPT) report.warnings.push({ ...warning, file })
}

/** 0: everything was taken, 3: something was left out, 1: nothing was taken. */
export function exitCodeOf({ problemCount, products }: ImportReport): 0 | 1 | 3 {
  if (problemCount === 0) return 0
  return products.created + products.updated + products.unchanged > 0 ? 3 : 1
}

const SHOWN_OF_A_KIND = 10

/** The report for people: counts first, then what was left out and why, with line numbers. */
export function formatReport(report: ImportReport): string {
  const { created, updated, unchanged } = report.products
  const lines = [
    `${report.dryRun ? 'Dry run, nothing was changed. It would have been: ' : ''}${created} products created, ${updated} updated, ${unchanged} unchanged; ${report.variants} variants; stock set for ${report.stock.set}, kept for ${report.stock.kept}`,
    ...section('left out', report.problems, report.problemCount),
    ...section('taken differently from how it is written', report.warnings, report.warningCount),
  ]
  return lines.join('\n')
}

interface Noted {
  file: string
  line: number
  column: string | null
  code: string
  message: string
}

function section(what: string, notes: readonly Noted[], count: number): string[] {
  if (count === 0) return []
  const lines = [`\n${count} ${what}:`]
  for (const [code, group] of Map.groupBy(notes, (note) => note.code)) {
    lines.push(`  ${code} (${group.length})`)
    for (const { file, line, column, message } of group.slice(0, SHOWN_OF_A_KIND)) {
      lines.push(`    ${file}:${line}${column ? ` ${column}` : ''}: ${message}`)
    }
    if (group.length > SHOWN_OF_A_KIND)
      lines.push(`    … and ${group.length - SHOWN_OF_A_KIND} more (--json shows them)`)
  }
  if (count > notes.length) lines.push(`  … and ${count - notes.length} more that are only counted`)
  return lines
}

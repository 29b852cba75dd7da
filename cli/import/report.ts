import { countOf } from '#shared/text.ts'
import type { RowProblem, RowWarning } from './shopify/product-record.ts'

/** Problems and warnings beyond these are counted, not kept, so that a broken file cannot fill the memory. */
const MAX_KEPT = 1000

const MAX_WITHDRAWN_KEPT = 10

export type Outcome = 'created' | 'updated' | 'unchanged'

/** What an import did, or would do. Plain data, ready for JSON. */
export interface ImportReport {
  dryRun: boolean
  files: string[]
  products: Record<Outcome, number>
  variants: number
  /** Variants whose stock was set, and those that kept what they had. */
  stock: { set: number; kept: number }
  /** Variants that the shop sells and that its updated products no longer have, and the first products that lose some. */
  withdrawn: {
    variants: number
    products: number
    first: { file: string; line: number; handle: string; variants: number }[]
  }
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
    withdrawn: { variants: 0, products: 0, first: [] },
    problems: [],
    problemCount: 0,
    warnings: [],
    warningCount: 0,
  }
}

export function addWithdrawn(
  { withdrawn }: ImportReport,
  file: string,
  { line, handle }: { line: number; handle: string },
  variants: number,
): void {
  if (variants === 0) return
  withdrawn.variants += variants
  withdrawn.products++
  if (withdrawn.first.length < MAX_WITHDRAWN_KEPT) withdrawn.first.push({ file, line, handle, variants })
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
    `${report.dryRun ? 'Dry run, nothing was changed. It would have been: ' : ''}${countOf(created, 'product')} created, ${updated} updated, ${unchanged} unchanged; ${countOf(report.variants, 'variant')}; stock set for ${report.stock.set}, kept for ${report.stock.kept}`,
    ...withdrawnLines(report),
    ...section('left out', report.problems, report.problemCount),
    ...section('taken differently from how it is written', report.warnings, report.warningCount),
  ]
  return lines.join('\n')
}

function withdrawnLines({ dryRun, withdrawn: { variants, products, first } }: ImportReport): string[] {
  if (variants === 0) return []
  const what = `${countOf(variants, 'variant')} of ${countOf(products, 'product')}`
  const happens = dryRun ? 'would be withdrawn' : variants === 1 ? 'was withdrawn' : 'were withdrawn'
  return [
    `\n${what} ${happens}, because the import does not have ${variants === 1 ? 'it' : 'them'}:`,
    ...first.map((one) => `    ${one.file}:${one.line} ${one.handle}: ${countOf(one.variants, 'variant')}`),
    ...(products > first.length
      ? [`    … and ${countOf(products - first.length, 'more product', 'more products')}`]
      : []),
  ]
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

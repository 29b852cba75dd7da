import { countOf } from '#shared/text.ts'
import type { RowProblem, RowWarning, ShopifyProduct } from './shopify/reader-output.ts'

/** Further problems, warnings and products with withdrawn variants are only counted, so that no file can fill the memory. */
const MAX_KEPT = 1000
const MAX_WITHDRAWN_KEPT = 10

export type Outcome = 'created' | 'updated' | 'unchanged'

/** What an import did, or would do. Plain data, ready for JSON. */
export interface ImportReport {
  dryRun: boolean
  files: string[]
  products: Record<Outcome, number>
  /** The number of variants of all these products. */
  variants: number
  /** `set`: the number of variants whose stock was set. `kept`: the number whose stock was left unchanged. */
  stock: { set: number; kept: number }
  /**
   * Variants that were withdrawn because the imported version of their product lacks them. `first`: the first products
   * that lost variants.
   */
  withdrawn: {
    variants: number
    products: number
    first: { file: string; line: number; handle: string; variants: number }[]
  }
  /** What was left out, with the reason. */
  problems: (RowProblem & { file: string })[]
  problemCount: number
  /** What was imported with changes. */
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
  { line, draft }: ShopifyProduct,
  variants: number,
): void {
  if (variants === 0) return
  withdrawn.variants += variants
  withdrawn.products++
  if (withdrawn.first.length < MAX_WITHDRAWN_KEPT)
    withdrawn.first.push({ file, line, handle: draft.handle, variants })
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

/** Exit code 0: everything was imported, 3: something was left out, 1: nothing was imported. */
export function exitCodeOf({ problemCount, products }: ImportReport): 0 | 1 | 3 {
  if (problemCount === 0) return 0
  return products.created + products.updated + products.unchanged > 0 ? 3 : 1
}

/** Further entries with the same code are only in the JSON. */
const SHOWN_PER_CODE = 10

/** The report as text: counts first, then what was left out and why, with line numbers. */
export function formatReport(report: ImportReport): string {
  const { created, updated, unchanged } = report.products
  const lines = [
    `${report.dryRun ? 'Dry run, nothing was changed. An import would result in: ' : ''}${countOf(created, 'product')} created, ${updated} updated, ${unchanged} unchanged; ${countOf(report.variants, 'variant')}; stock set for ${report.stock.set}, kept for ${report.stock.kept}`,
    ...withdrawnLines(report),
    ...section('left out', report.problems, report.problemCount),
    ...section('imported with changes', report.warnings, report.warningCount),
  ]
  return lines.join('\n')
}

function withdrawnLines({ dryRun, withdrawn: { variants, products, first } }: ImportReport): string[] {
  if (variants === 0) return []
  const what = `${countOf(variants, 'variant')} of ${countOf(products, 'product')}`
  const happens = dryRun ? 'would be withdrawn' : variants === 1 ? 'was withdrawn' : 'were withdrawn'
  return [
    `\n${what} ${happens}, because the import does not contain ${variants === 1 ? 'it' : 'them'}:`,
    ...first.map((one) => `    ${one.file}:${one.line} ${one.handle}: ${countOf(one.variants, 'variant')}`),
    ...(products > first.length
      ? [`    … and ${countOf(products - first.length, 'more product', 'more products')}`]
      : []),
  ]
}

interface ReportEntry {
  file: string
  line: number
  column: string | null
  code: string
  message: string
}

function section(title: string, entries: readonly ReportEntry[], count: number): string[] {
  if (count === 0) return []
  const lines = [`\n${count} ${title}:`]
  for (const [code, group] of Map.groupBy(entries, (entry) => entry.code)) {
    lines.push(`  ${code} (${group.length})`)
    for (const { file, line, column, message } of group.slice(0, SHOWN_PER_CODE)) {
      lines.push(`    ${file}:${line}${column ? ` ${column}` : ''}: ${message}`)
    }
    if (group.length > SHOWN_PER_CODE)
      lines.push(`    … and ${group.length - SHOWN_PER_CODE} more (--json shows them)`)
  }
  if (count > entries.length) lines.push(`  … and ${count - entries.length} more that were only counted`)
  return lines
}

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { catalog } from '#modules/catalog/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { Calls } from '#runtime/module/context.ts'
import { ImportStage } from './import-stage.ts'
import { addProblem, addWarnings, addWithdrawn, emptyReport, type ImportReport } from './report.ts'
import type { Columns } from './shopify/columns.ts'
import { ShopifyFileError } from './shopify/file-error.ts'
import type { ProblemCode, ProductRecord, RowProblem } from './shopify/product-record.ts'
import { readShopifyProducts } from './shopify/read-products.ts'
import { type Survey, surveyRows } from './shopify/survey-rows.ts'
import { stockOf, toDraft } from './to-draft.ts'

/** The modules that an import writes to. */
export type ImportModules = { catalog: typeof catalog; inventory: typeof inventory }

export interface ImportOptions {
  calls: Calls<ImportModules>
  /** ISO 4217 code that all prices of the files are in. */
  currency: string
  /** Reports what would be done, and changes nothing. */
  dryRun?: boolean
  /** Sets the stock of variants that have some already, too. */
  overwriteStock?: boolean
  /** Told now and then how many bytes of all files have been read, in the first pass (checking) and the second. */
  onProgress?: (progress: { phase: 'checking' | 'importing'; bytes: number; total: number }) => void
}

// A batch is one call and one transaction: products by number, and by variants because some have thousands.
const BATCH_PRODUCTS = 200
const BATCH_VARIANTS = 2000

/** What the catalog says of a draft that it cannot take. */
const REFUSALS = new Set(['INVALID_PRODUCT', 'INVALID_INPUT'])

/**
 * Imports Shopify's product CSV files. All files are read through and checked before anything of them is imported, so
 * that one which is broken leaves nothing half-imported; a broken row only leaves out its product or variant. Bounded
 * memory, whatever the files' size. A repeat changes nothing.
 */
export async function importShopify(files: readonly string[], options: ImportOptions): Promise<ImportReport> {
  const sizes = await Promise.all(files.map((file) => sizeOf(file)))
  const progress = progressOver(sizes, options.onProgress)
  // Only files that can be read to their ends are imported.
  const surveys: Survey[] = []
  for (const file of files) surveys.push(await survey(file, (bytes) => progress('checking', bytes)))
  const report = emptyReport(files, options.dryRun ?? false)
  const run: Run = {
    options,
    report,
    handleFiles: new Map(),
    catalog: new ImportStage(),
    inventory: new ImportStage(),
  }
  try {
    for (const [i, file] of files.entries()) {
      await importFile(run, file, surveys[i]!, (bytes) => progress('importing', bytes))
    }
    await run.catalog.end()
    await run.inventory.end()
  } finally {
    // Nothing is under way any more when it has failed, either.
    await run.catalog.end().catch(() => {})
    await run.inventory.end().catch(() => {})
  }
  return report
}

interface Run {
  options: ImportOptions
  report: ImportReport
  /** The file that each handle was taken from. */
  handleFiles: Map<string, string>
  /** While the stock of a batch is written, the next one goes to the catalog and the one after that is read. */
  catalog: ImportStage
  inventory: ImportStage
}

async function importFile(
  run: Run,
  file: string,
  survey: Survey,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { options, report, handleFiles } = run
  let batch: ProductRecord[] = []
  let variants = 0
  const columnsFound = ({ warnings }: Columns) => addWarnings(report, file, warnings)
  for await (const item of read(file, survey, options, onBytes, columnsFound)) {
    if (item.kind === 'problem') {
      addProblem(report, file, item)
      continue
    }
    const earlierFile = handleFiles.get(item.handle)
    if (earlierFile !== undefined) {
      addProblem(
        report,
        file,
        refusal(item, 'HANDLE_REPEATED', `${earlierFile} has a product with this handle too; rename one`),
      )
      continue
    }
    handleFiles.set(item.handle, file)
    addWarnings(report, file, item.warnings)
    if (
      batch.length === BATCH_PRODUCTS ||
      (batch.length > 0 && variants + item.variants.length > BATCH_VARIANTS)
    ) {
      await beginBatch(run, file, batch)
      batch = []
      variants = 0
    }
    batch.push(item)
    variants += item.variants.length
  }
  if (batch.length > 0) await beginBatch(run, file, batch)
}

/** Gives the batch to the catalog as soon as that has taken the one before it, and its stock to inventory likewise. */
async function beginBatch(run: Run, file: string, batch: readonly ProductRecord[]): Promise<void> {
  await run.catalog.begin(async () => {
    const items = await importProducts(run, file, batch)
    if (items.length > 0) await run.inventory.begin(() => importStock(run, items))
  })
}

type StockItems = ReturnType<typeof stockOf>

/** Answers the stock of what the catalog took. */
async function importProducts(run: Run, file: string, batch: readonly ProductRecord[]): Promise<StockItems> {
  const { calls, currency, dryRun = false } = run.options
  const products = batch.map((record) => toDraft(record, currency))
  try {
    const { results } = await calls.catalog.importProducts({ products, dryRun })
    for (const [i, { outcome, withdrawnVariants = 0 }] of results.entries()) {
      run.report.products[outcome]++
      addWithdrawn(run.report, file, batch[i]!, withdrawnVariants)
    }
    return batch.flatMap((record, i) => stockOf(record, results[i]!.variantIds))
  } catch (error) {
    // The reader lets nothing through that the catalog refuses; should it do so all the same, only that is left out.
    if (!(error instanceof Failure && REFUSALS.has(error.code))) throw error
    const [first, ...rest] = batch
    if (rest.length === 0) {
      addProblem(run.report, file, refusal(first!, 'PRODUCT_REFUSED', error.message))
      return []
    }
    const items: StockItems = []
    for (const record of batch) items.push(...(await importProducts(run, file, [record])))
    return items
  }
}

async function importStock({ options, report }: Run, items: StockItems): Promise<void> {
  const { calls, overwriteStock = false, dryRun = false } = options
  const { set, kept } = await calls.inventory.importStock({ items, overwrite: overwriteStock, dryRun })
  report.variants += items.length
  report.stock.set += set
  report.stock.kept += kept
}

function refusal({ line, handle }: ProductRecord, code: ProblemCode, reason: string): RowProblem {
  return { kind: 'problem', line, handle, column: null, code, message: `Left out this product: ${reason}` }
}

async function survey(file: string, onBytes: (bytes: number) => void): Promise<Survey> {
  const source = createReadStream(file)
  try {
    return await surveyRows(counted(source, onBytes))
  } catch (error) {
    throw named(file, error)
  } finally {
    source.destroy()
  }
}

async function* read(
  file: string,
  survey: Survey,
  { currency }: ImportOptions,
  onBytes: (bytes: number) => void,
  onColumns: (columns: Columns) => void,
) {
  const source = createReadStream(file)
  try {
    yield* readShopifyProducts(counted(source, onBytes), survey, { currency, onColumns })
  } catch (error) {
    throw named(file, error)
  } finally {
    source.destroy()
  }
}

function named(file: string, error: unknown): unknown {
  if (!(error instanceof ShopifyFileError)) return error
  return new Error(`Cannot import ${file}: ${error.message}`, { cause: error })
}

async function* counted(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void) {
  for await (const chunk of source) {
    onBytes(chunk.length)
    yield chunk
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file)
    if (found.isFile()) return found.size
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Error(`Cannot import ${file}: there is no such file`)
    throw new Error(`Cannot import ${file}: it cannot be read (${code})`)
  }
  throw new Error(`Cannot import ${file}: it is not a file`)
}

function progressOver(sizes: readonly number[], onProgress: ImportOptions['onProgress']) {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const bytes = { checking: 0, importing: 0 }
  return (phase: 'checking' | 'importing', more: number) => {
    bytes[phase] += more
    onProgress?.({ phase, bytes: bytes[phase], total })
  }
}

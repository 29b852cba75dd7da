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
import { readShopifyProducts } from './shopify/read-products.ts'
import type { ProblemCode, RowProblem, ShopifyProduct, VariantStock } from './shopify/reader-output.ts'
import { type Survey, surveyRows } from './shopify/survey-rows.ts'

/** The modules that an import writes to. */
export type ImportModules = { catalog: typeof catalog; inventory: typeof inventory }

export interface ImportOptions {
  calls: Calls<ImportModules>
  /** Currency of all prices in the files (ISO 4217). */
  currency: string
  /** Report what would be imported, and change nothing. Default: false. */
  dryRun?: boolean
  /** Also set the stock of variants that already have stock. Default: false. */
  overwriteStock?: boolean
  /**
   * Called repeatedly. The files are read twice, once in each phase. `bytes`: bytes read so far in this phase; `total`: the
   * size of all files.
   */
  onProgress?: (progress: { phase: 'checking' | 'importing'; bytes: number; total: number }) => void
}

// Limits of a batch, which is one call and one transaction. A product may have thousands of variants, so both count.
const BATCH_PRODUCTS = 200
const BATCH_VARIANTS = 2000

/** The codes of failures with which the catalog refuses products, rather than failing itself. */
const REFUSALS = new Set(['INVALID_PRODUCT', 'INVALID_INPUT'])

/**
 * Imports Shopify's product CSV files. Reads and checks all files before it imports any, so that an unreadable file leaves
 * nothing half-imported. When a row is defective, only its product or variant is left out. Needs memory for three batches
 * and all handles. Importing the same files again changes nothing. Throws when a file cannot be read.
 */
export async function importShopify(files: readonly string[], options: ImportOptions): Promise<ImportReport> {
  const sizes = await Promise.all(files.map((file) => sizeOf(file)))
  const progress = progressOver(sizes, options.onProgress)
  // Read every file to its end before importing any
  const surveys: Survey[] = []
  for (const file of files) surveys.push(await surveyFile(file, (bytes) => progress('checking', bytes)))
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
    // After a failure, wait for the tasks that are still running
    await run.catalog.end().catch(() => {})
    await run.inventory.end().catch(() => {})
  }
  return report
}

interface Run {
  options: ImportOptions
  report: ImportReport
  /** By handle: the first file with a product of this handle. */
  handleFiles: Map<string, string>
  /**
   * While the stock of one batch is written, the products of the next are imported, and the batch after that is read.
   */
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
  let batch: ShopifyProduct[] = []
  let variants = 0
  const onColumns = ({ warnings }: Columns) => addWarnings(report, file, warnings)
  for await (const item of readFile(file, survey, options, onBytes, onColumns)) {
    if (item.kind === 'problem') {
      addProblem(report, file, item)
      continue
    }
    const earlierFile = handleFiles.get(item.draft.handle)
    if (earlierFile !== undefined) {
      addProblem(
        report,
        file,
        refusal(
          item,
          'HANDLE_REPEATED',
          `${earlierFile} also has a product with this handle; change the handle of one of them`,
        ),
      )
      continue
    }
    handleFiles.set(item.draft.handle, file)
    addWarnings(report, file, item.warnings)
    if (
      batch.length === BATCH_PRODUCTS ||
      (batch.length > 0 && variants + item.draft.variants.length > BATCH_VARIANTS)
    ) {
      await beginBatch(run, file, batch)
      batch = []
      variants = 0
    }
    batch.push(item)
    variants += item.draft.variants.length
  }
  if (batch.length > 0) await beginBatch(run, file, batch)
}

/**
 * Passes the batch to the catalog, and its stock to inventory. Each of the two waits until it has finished the previous
 * batch.
 */
async function beginBatch(run: Run, file: string, batch: readonly ShopifyProduct[]): Promise<void> {
  await run.catalog.begin(async () => {
    const items = await importProducts(run, file, batch)
    if (items.length > 0) await run.inventory.begin(() => importStock(run, items))
  })
}

type StockItems = (VariantStock & { variantId: string })[]

/** Returns the stock of the products that the catalog accepted. */
async function importProducts(run: Run, file: string, batch: readonly ShopifyProduct[]): Promise<StockItems> {
  const { calls, dryRun = false } = run.options
  const products = batch.map(({ draft }) => draft)
  try {
    const { results } = await calls.catalog.importProducts({ products, dryRun })
    for (const [i, { outcome, withdrawnVariants = 0 }] of results.entries()) {
      run.report.products[outcome]++
      addWithdrawn(run.report, file, batch[i]!, withdrawnVariants)
    }
    return batch.flatMap(({ stock }, i) => {
      const { variantIds } = results[i]!
      return stock.map((each, at) => ({ variantId: variantIds[at]!, ...each }))
    })
  } catch (error) {
    // readShopifyProducts() should already have left out what the catalog would refuse. If it missed something, leave out
    // only that product
    if (!(error instanceof Failure && REFUSALS.has(error.code))) throw error
    const [first, ...rest] = batch
    if (rest.length === 0) {
      addProblem(run.report, file, refusal(first!, 'PRODUCT_REFUSED', error.message))
      return []
    }
    const items: StockItems = []
    for (const product of batch) items.push(...(await importProducts(run, file, [product])))
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

function refusal({ line, draft }: ShopifyProduct, code: ProblemCode, reason: string): RowProblem {
  const message = `Left out this product: ${reason}`
  return { kind: 'problem', line, handle: draft.handle, column: null, code, message }
}

async function surveyFile(file: string, onBytes: (bytes: number) => void): Promise<Survey> {
  const source = createReadStream(file)
  try {
    return await surveyRows(reportingBytes(source, onBytes))
  } catch (error) {
    throw withFileName(file, error)
  } finally {
    source.destroy()
  }
}

async function* readFile(
  file: string,
  survey: Survey,
  { currency }: ImportOptions,
  onBytes: (bytes: number) => void,
  onColumns: (columns: Columns) => void,
) {
  const source = createReadStream(file)
  try {
    yield* readShopifyProducts(reportingBytes(source, onBytes), survey, { currency, onColumns })
  } catch (error) {
    throw withFileName(file, error)
  } finally {
    source.destroy()
  }
}

function withFileName(file: string, error: unknown): unknown {
  if (!(error instanceof ShopifyFileError)) return error
  return new Error(`Cannot import ${file}: ${error.message}`, { cause: error })
}

async function* reportingBytes(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void) {
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
    if (code === 'ENOENT') throw new Error(`Cannot import ${file}: the file does not exist`)
    throw new Error(`Cannot import ${file}: it cannot be read (${code})`)
  }
  throw new Error(`Cannot import ${file}: it is not a file`)
}

function progressOver(sizes: readonly number[], onProgress: ImportOptions['onProgress']) {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const bytes = { checking: 0, importing: 0 }
  return (phase: 'checking' | 'importing', chunkBytes: number) => {
    bytes[phase] += chunkBytes
    onProgress?.({ phase, bytes: bytes[phase], total })
  }
}

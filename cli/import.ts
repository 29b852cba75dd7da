import { type Command, InvalidArgumentError } from 'commander'
import { system } from '#runtime/contract/caller.ts'
import { exitCodeOf, formatReport } from './import/report.ts'
import { type ImportModules, importShopify } from './import/run-import.ts'
import { withShop } from './support/command-shop.ts'
import { addDataOption } from './support/data-option.ts'
import { keepHeapLean } from './support/lean-heap.ts'
import { ProgressBar } from './support/progress-bar.ts'

interface Options {
  currency: string
  dryRun?: boolean
  overwriteStock?: boolean
  json?: boolean
}

/** `pando import`: imports catalogues of other systems. */
export function addImport(program: Command): void {
  const verb = program.command('import').description('import the catalogue of another system')
  addDataOption(verb.command('shopify'))
    .description("import product CSV files of Shopify's export; importing them again changes nothing")
    .argument('<files...>', 'CSV files; all are checked before any is imported')
    .option(
      '--currency <code>',
      'currency of the prices (PANDO_CURRENCY)',
      readCurrency,
      process.env.PANDO_CURRENCY || 'EUR',
    )
    .option('--dry-run', 'report what would be imported, and change nothing')
    .option('--overwrite-stock', 'also set the stock of variants that already have stock')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nThe shop may be running or stopped.\nThe columns "Tax class" and "Shipping class", or product metafields with the keys tax_class and shipping_class, set the\nclasses of a product. A product without them keeps its classes.\nExit code: 0 everything was imported, 3 something was left out (the report says what and why), 1 nothing was\nimported, or the import ended early (run it again to continue where it ended).',
    )
    .action(async (files: string[], options: Options) => {
      keepHeapLean()
      const bar = new ProgressBar()
      const report = await withShop((shop) =>
        importShopify(files, {
          calls: shop.callsAs<ImportModules>(system('import')),
          currency: options.currency,
          dryRun: options.dryRun ?? false,
          overwriteStock: options.overwriteStock ?? false,
          onProgress: ({ phase, bytes, total }) =>
            bar.show(phase === 'checking' ? 'Checking ' : 'Importing', bytes, total),
        }),
      ).finally(() => bar.end())
      console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report))
      process.exitCode = exitCodeOf(report)
    })
}

function readCurrency(value: string): string {
  if (!/^[A-Z]{3}$/.test(value)) throw new InvalidArgumentError('It must be an ISO 4217 code such as EUR')
  return value
}

import { type Command, InvalidArgumentError } from 'commander'
import type { pricing } from '#modules/pricing/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Calls } from '#runtime/module/context.ts'
import { describeRules } from './rules/describe-rules.ts'
import { describeGroups, loadRules } from './rules/load-rules.ts'
import { readRulesFile } from './rules/read-rules.ts'
import { readSetRules } from './rules/set-rules.ts'
import { readTaxRates, type TaxRateGroup, taxZonesOf } from './rules/tax-rates.ts'
import { withShop } from './support/command-shop.ts'
import { addDataOption } from './support/data-option.ts'
import { UserError } from './support/report-error.ts'

/** What `load` takes in place of a file: the tax rates in `rules/tax-rates.json`. */
const TAX_RATES = 'tax-rates'

/** `pando rules`: loads and shows taxes, shipping and promotions. */
export function addRules(program: Command): void {
  const rules = program.command('rules').description('load and show taxes, shipping and promotions')
  addDataOption(rules.command('load'))
    .description('add rules, or replace those that are there; all or none')
    .argument('<source>', `JSON file such as sample/pricing.json, or "${TAX_RATES}" for real tax rates`)
    .option(
      '--country <codes>',
      `with ${TAX_RATES}: where the shop charges tax, such as DE,AT or EU`,
      readPlaces,
    )
    .option('--dry-run', 'report what would change, and change nothing')
    .addHelpText(
      'after',
      '\nThe shop may be running or stopped. A rule replaces the one with its id; a tax zone has none, and replaces the zone\nwith the same areas. Rules that the source does not name stay.\nplaces for --country: countries (DE), states (US-CA), EU, all. Charge tax only where your shop must.\nExit code: 0 loaded, 1 nothing was changed.',
    )
    .action(async (source: string, options: { country?: string[]; dryRun?: boolean }) => {
      const { file, groups } = await readSource(source, options.country)
      const lines = await withPricing((calls) => loadRules(calls, source, file, options.dryRun ?? false))
      for (const line of [...lines, ...describeGroups(groups)]) console.log(line)
    })
  addDataOption(rules.command('show'))
    .description('show the tax settings and zones, shipping zones and methods, and promotions')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const set = await withPricing(readSetRules)
      if (options.json) return console.log(JSON.stringify(set, null, 2))
      for (const line of describeRules(set, process.env.PANDO_CURRENCY || 'EUR')) console.log(line)
    })
}

async function readSource(source: string, places: string[] | undefined) {
  if (source !== TAX_RATES) {
    if (places)
      throw new UserError(`Cannot use --country with a file: it chooses among the rates of "${TAX_RATES}"`)
    return { file: await readRulesFile(source), groups: [] as TaxRateGroup[] }
  }
  if (!places)
    throw new UserError(
      `Cannot load all tax rates: name the places where the shop charges tax with --country, such as DE,AT or EU or US-CA`,
    )
  const { zones, groups } = taxZonesOf(await readTaxRates(), places)
  return { file: { taxZones: zones }, groups }
}

function withPricing<Answer>(
  work: (calls: Calls<{ pricing: typeof pricing }>['pricing']) => Promise<Answer>,
): Promise<Answer> {
  return withShop((shop) => work(shop.callsAs<{ pricing: typeof pricing }>(system('rules')).pricing))
}

function readPlaces(value: string): string[] {
  const places = value.split(',').map((place) => place.trim())
  if (places.some((place) => !/^(all|[A-Z]{2}(-[A-Z]{2})?)$/.test(place)))
    throw new InvalidArgumentError('It must be a list such as DE,AT or EU or US-CA')
  return places
}

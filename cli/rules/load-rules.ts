import { isDeepStrictEqual } from 'node:util'
import type { pricing } from '#modules/pricing/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { Calls } from '#runtime/module/context.ts'
import { countOf } from '#shared/text.ts'
import { UserError } from '../support/report-error.ts'
import { formatTable } from '../support/table.ts'
import type { RulesFile } from './read-rules.ts'
import type { TaxRateGroup } from './tax-rates.ts'

const OUTCOMES = ['created', 'updated', 'unchanged'] as const

/**
 * Loads rules into a shop. Returns a line for each rule, and one with their number. `source` is named in errors: throws a
 * UserError with the JSON pointer of a rule that the shop refuses.
 */
export async function loadRules(
  calls: Calls<{ pricing: typeof pricing }>['pricing'],
  source: string,
  rules: RulesFile,
  dryRun: boolean,
): Promise<string[]> {
  const { settings } = await calls.getTax({})
  const results = await load(calls, source, rules, dryRun)
  // The results are in this order
  const kinds = [
    ...(rules.taxZones ?? []).map(() => 'tax zone'),
    ...(rules.shippingZones ?? []).map(() => 'shipping zone'),
    ...(rules.shippingMethods ?? []).map(() => 'shipping method'),
    ...(rules.promotions ?? []).map(() => 'promotion'),
  ]
  const rows = [
    ...(rules.settings
      ? [[isDeepStrictEqual(settings, rules.settings) ? 'unchanged' : 'updated', 'tax settings', '']]
      : []),
    ...results.map(({ outcome, title }, index) => [outcome, kinds[index]!, title]),
  ]
  const counts = OUTCOMES.map((outcome) => `${rows.filter(([each]) => each === outcome).length} ${outcome}`)
  return [
    ...formatTable(rows),
    `${countOf(rows.length, 'rule')}: ${counts.join(', ')}${dryRun ? ' (dry run: nothing was changed)' : ''}`,
  ]
}

async function load(
  calls: Calls<{ pricing: typeof pricing }>['pricing'],
  source: string,
  rules: RulesFile,
  dryRun: boolean,
) {
  try {
    return (await calls.loadRules({ ...rules, dryRun })).results
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'RULE_INVALID')) throw error
    const { field } = error.data as { field: string }
    throw new UserError(`${error.message} (${source}, ${field})`, { cause: error })
  }
}

/** Lines that say how old tax rates are, where they are from, and what to know before they are used. */
export function describeGroups(groups: readonly TaxRateGroup[]): string[] {
  return groups.flatMap(({ name, date, sources, notes }) => [
    '',
    `${name}: rates of ${date}. Check them before you sell`,
    ...sources.map((source) => `  Source: ${source}`),
    ...notes.map((note) => `  ${note}`),
  ])
}

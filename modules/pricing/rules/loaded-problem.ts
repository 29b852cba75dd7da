import type { Promotion, ShippingMethod, ShippingZone, TaxSettings, TaxZone } from '../schemas.ts'
import {
  problemOfAreas,
  problemOfHome,
  problemOfMethod,
  problemOfPromotion,
  problemOfTaxZone,
  type RuleProblem,
} from './rule-problem.ts'

/** The rules of a file, with the ids that they get. */
export interface LoadedRules {
  settings: TaxSettings | undefined
  taxZones: readonly TaxZone[]
  shippingZones: readonly ShippingZone[]
  shippingMethods: readonly ShippingMethod[]
  promotions: readonly Promotion[]
}

/** The first problem of a file's rules, and the name of the rule. `storedZones` are the shipping zones of the shop. */
export function problemOfLoaded(
  { settings, taxZones, shippingZones, shippingMethods, promotions }: LoadedRules,
  storedZones: readonly ShippingZone[],
): (RuleProblem & { rule: string }) | undefined {
  const ofSettings = problemOfHome(settings?.home ?? null)
  if (ofSettings)
    return { rule: 'tax settings', message: ofSettings.message, field: `/settings${ofSettings.field}` }
  const zoneIds = new Set([...storedZones, ...shippingZones].map(({ id }) => id))
  return (
    firstProblem('tax zone', '/taxZones', taxZones, problemOfTaxZone, '/areas') ??
    firstProblem('shipping zone', '/shippingZones', shippingZones, ({ areas }) => problemOfAreas(areas)) ??
    firstProblem('shipping method', '/shippingMethods', shippingMethods, (method) =>
      problemOfMethod(method, zoneIds),
    ) ??
    firstProblem('promotion', '/promotions', promotions, problemOfPromotion)
  )
}

/** `identity` is the member that identifies a rule in the file. */
function firstProblem<Rule extends { id: string; title: string }>(
  kind: string,
  list: string,
  rules: readonly Rule[],
  problemOf: (rule: Rule) => RuleProblem | undefined,
  identity = '/id',
): (RuleProblem & { rule: string }) | undefined {
  const seen = new Set<string>()
  for (const [index, rule] of rules.entries()) {
    const twice = seen.has(rule.id) ? { field: identity, message: 'the file has it twice' } : undefined
    const problem = problemOf(rule) ?? twice
    if (problem)
      return {
        rule: `${kind} "${rule.title}"`,
        message: problem.message,
        field: `${list}/${index}${problem.field}`,
      }
    seen.add(rule.id)
  }
  return undefined
}

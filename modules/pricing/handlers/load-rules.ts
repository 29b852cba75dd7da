import { isDeepStrictEqual } from 'node:util'
import { newId } from '#shared/ids.ts'
import { changeRules, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { areaKey } from '../rules/area.ts'
import {
  problemOfAreas,
  problemOfMethod,
  problemOfPromotion,
  problemOfTaxZone,
} from '../rules/rule-problem.ts'
import type { Area } from '../schemas.ts'
import { readRules, writeRule, writeTaxSettings } from '../store/rules.ts'
import { writePromotion } from '../write-promotion.ts'

export const loadRules: Handles<'loadRules'> = async (
  { settings, taxZones = [], shippingZones = [], shippingMethods = [], promotions = [], dryRun },
  context,
) => {
  const { rules } = await readRules(context.sql)
  const zonesByAreas = new Map(rules.taxZones.map((zone) => [areasKey(zone.areas), zone.id]))
  const stored = new Map<string, object>(
    [...rules.taxZones, ...rules.shippingZones, ...rules.shippingMethods, ...rules.promotions].map((rule) => [
      rule.id,
      rule,
    ]),
  )
  const identified = taxZones.map((draft) => ({
    ...draft,
    id: zonesByAreas.get(areasKey(draft.areas)) ?? newId('txz'),
  }))
  const outcomeOf = (rule: { id: string; title: string }) => {
    const before = stored.get(rule.id)
    if (!before) return 'created' as const
    return isDeepStrictEqual(before, rule) ? ('unchanged' as const) : ('updated' as const)
  }

  const zoneIds = new Set([...rules.shippingZones, ...shippingZones].map(({ id }) => id))
  for (const zone of taxZones) requireValid(context, `tax zone "${zone.title}"`, problemOfTaxZone(zone))
  for (const zone of shippingZones)
    requireValid(context, `shipping zone "${zone.title}"`, problemOfAreas(zone.areas))
  for (const method of shippingMethods)
    requireValid(context, `shipping method "${method.title}"`, problemOfMethod(method, zoneIds))
  for (const promotion of promotions)
    requireValid(context, `promotion "${promotion.title}"`, problemOfPromotion(promotion))

  const results = [...identified, ...shippingZones, ...shippingMethods, ...promotions].map((rule) => ({
    id: rule.id,
    title: rule.title,
    outcome: outcomeOf(rule),
  }))
  if (dryRun) return context.unchanged({ results })
  const isChanged = new Set(results.filter(({ outcome }) => outcome !== 'unchanged').map(({ id }) => id))
  return changeRules(context, async (sql) => {
    if (settings) await writeTaxSettings(sql, settings)
    for (const zone of identified) if (isChanged.has(zone.id)) await writeZone(context, sql, 'taxZone', zone)
    for (const zone of shippingZones)
      if (isChanged.has(zone.id)) await writeZone(context, sql, 'shippingZone', zone)
    for (const method of shippingMethods)
      if (isChanged.has(method.id)) await writeRule(sql, 'shippingMethod', method, context.now())
    for (const promotion of promotions)
      if (isChanged.has(promotion.id)) await writePromotion(context, sql, promotion)
    return { results }
  })
}

function areasKey(areas: readonly Area[]): string {
  return areas.map(areaKey).sort().join('\n')
}

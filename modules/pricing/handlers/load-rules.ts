import { isDeepStrictEqual } from 'node:util'
import type { Sql } from '#runtime/database/pool.ts'
import { newId } from '#shared/ids.ts'
import { changeRules, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { areaKey } from '../rules/area.ts'
import { type LoadedRules, problemOfLoaded } from '../rules/loaded-problem.ts'
import type { Rules } from '../rules/rule-set.ts'
import type { Area } from '../schemas.ts'
import { deleteAreas, readRules, writeRule, writeTaxSettings } from '../store/rules.ts'
import { writePromotion } from '../write-promotion.ts'

type Context = Parameters<Handles<'loadRules'>>[1]
type Results = { id: string; title: string; outcome: 'created' | 'updated' | 'unchanged' }[]

/** Rolls a dry run back, after it has tried everything that it reports. */
class DryRun extends Error {
  readonly results: Results

  constructor(results: Results) {
    super('dry run')
    this.results = results
  }
}

export const loadRules: Handles<'loadRules'> = async (
  { settings, taxZones = [], shippingZones = [], shippingMethods = [], promotions = [], dryRun },
  context,
) => {
  try {
    return await changeRules(context, async (sql) => {
      const { rules } = await readRules(sql)
      const zonesByAreas = new Map(rules.taxZones.map((zone) => [areasKey(zone.areas), zone.id]))
      const identified = taxZones.map((draft) => {
        const key = areasKey(draft.areas)
        const id = zonesByAreas.get(key) ?? newId('txz')
        zonesByAreas.set(key, id)
        return { id, ...draft }
      })
      const loaded = { settings, taxZones: identified, shippingZones, shippingMethods, promotions }
      const problem = problemOfLoaded(loaded, rules.shippingZones)
      if (problem) requireValid(context, problem.rule, problem)
      const results = compare(loaded, rules)
      await write(context, sql, loaded, results)
      if (dryRun) throw new DryRun(results)
      return { results }
    })
  } catch (error) {
    if (error instanceof DryRun) return context.unchanged({ results: error.results })
    throw error
  }
}

function areasKey(areas: readonly Area[]): string {
  return areas.map(areaKey).sort().join('\n')
}

function compare(
  { taxZones, shippingZones, shippingMethods, promotions }: LoadedRules,
  rules: Rules,
): Results {
  const stored = new Map<string, object>(
    [...rules.taxZones, ...rules.shippingZones, ...rules.shippingMethods, ...rules.promotions].map((rule) => [
      rule.id,
      rule,
    ]),
  )
  return [...taxZones, ...shippingZones, ...shippingMethods, ...promotions].map((rule) => {
    const before = stored.get(rule.id)
    const isSame = isDeepStrictEqual(before, rule)
    return { id: rule.id, title: rule.title, outcome: !before ? 'created' : isSame ? 'unchanged' : 'updated' }
  })
}

async function write(
  context: Context,
  sql: Sql,
  { settings, taxZones, shippingZones, shippingMethods, promotions }: LoadedRules,
  results: Results,
): Promise<void> {
  const changed = new Set(results.filter(({ outcome }) => outcome !== 'unchanged').map(({ id }) => id))
  if (settings) await writeTaxSettings(sql, settings)
  // Zones may exchange areas
  await deleteAreas(sql, [...changed])
  for (const [index, zone] of taxZones.entries())
    if (changed.has(zone.id)) await writeZone(context, sql, 'taxZone', zone, `/taxZones/${index}`)
  for (const [index, zone] of shippingZones.entries())
    if (changed.has(zone.id)) await writeZone(context, sql, 'shippingZone', zone, `/shippingZones/${index}`)
  for (const method of shippingMethods)
    if (changed.has(method.id)) await writeRule(sql, 'shippingMethod', method, context.now())
  for (const [index, promotion] of promotions.entries())
    if (changed.has(promotion.id)) await writePromotion(context, sql, promotion, `/promotions/${index}`)
}

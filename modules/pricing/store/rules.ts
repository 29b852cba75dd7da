import type { Sql } from '#runtime/database/pool.ts'
import { areaKey } from '../rules/area.ts'
import type { Rules } from '../rules/rule-set.ts'
import type { Area, Promotion, ShippingMethod, ShippingZone, TaxSettings, TaxZone } from '../schemas.ts'

/** The rules of each kind, as they are stored. */
export interface RuleKinds {
  taxZone: TaxZone
  shippingZone: ShippingZone
  shippingMethod: ShippingMethod
  promotion: Promotion
}
export type RuleKind = keyof RuleKinds

/** Grows with each change of a rule or of a customer's terms. */
export async function readVersion(sql: Sql): Promise<number> {
  const [setting] = await sql<[{ version: number }]>`select version from pricing.setting`
  return setting.version
}

/** All rules and their version, in one statement, so that they belong together. */
export async function readRules(sql: Sql): Promise<{ version: number; rules: Rules }> {
  const [row] = await sql<
    [
      {
        version: number
        tax: TaxSettings
        taxZones: TaxZone[]
        shippingZones: ShippingZone[]
        shippingMethods: ShippingMethod[]
        promotions: Promotion[]
      },
    ]
  >`
    select version, tax,
      ${definitions(sql, 'taxZone')} as "taxZones",
      ${definitions(sql, 'shippingZone')} as "shippingZones",
      ${definitions(sql, 'shippingMethod')} as "shippingMethods",
      ${definitions(sql, 'promotion')} as promotions
    from pricing.setting`
  const { version, ...rules } = row
  return { version, rules }
}

function definitions(sql: Sql, kind: RuleKind) {
  return sql`coalesce((select jsonb_agg(definition order by id) from pricing.rule where kind = ${kind}), '[]')`
}

/** Announces a change of rules to all processes. Call it first in the transaction: it serialises changes. */
export async function raiseVersion(sql: Sql): Promise<void> {
  await sql`update pricing.setting set version = version + 1`
}

export async function writeTaxSettings(sql: Sql, tax: TaxSettings): Promise<void> {
  await sql`update pricing.setting set tax = ${sql.json(tax)}, version = version + 1`
}

export async function findRule<Kind extends RuleKind>(
  sql: Sql,
  kind: Kind,
  id: string,
): Promise<RuleKinds[Kind] | undefined> {
  const [row] = await sql<{ definition: RuleKinds[Kind] }[]>`
    select definition from pricing.rule where kind = ${kind} and id = ${id}`
  return row?.definition
}

/** Adds or replaces a rule. */
export async function writeRule<Kind extends RuleKind>(
  sql: Sql,
  kind: Kind,
  rule: RuleKinds[Kind],
  now: Date,
): Promise<void> {
  await sql`
    insert into pricing.rule (kind, id, definition, created_at, changed_at)
    values (${kind}, ${rule.id}, ${sql.json(rule as never)}, ${now}, ${now})
    on conflict (kind, id) do update set definition = excluded.definition, changed_at = excluded.changed_at`
}

/** Deletes a rule; returns whether it existed. */
export async function deleteRule(sql: Sql, kind: RuleKind, id: string): Promise<boolean> {
  const { count } = await sql`delete from pricing.rule where kind = ${kind} and id = ${id}`
  return count === 1
}

/** Frees the areas of zones, so that they can be given to other zones in the same transaction. */
export async function deleteAreas(sql: Sql, zoneIds: readonly string[]): Promise<void> {
  await sql`delete from pricing.area where zone_id = any(${zoneIds as string[]}::text[])`
}

/**
 * Replaces the areas of a zone. Returns the index of the first area that another zone has, or that occurs twice; the
 * transaction must then be rolled back.
 */
export async function writeAreas(
  sql: Sql,
  kind: 'taxZone' | 'shippingZone',
  zoneId: string,
  areas: readonly Area[],
): Promise<number | undefined> {
  const keys = areas.map(areaKey)
  await sql`delete from pricing.area where kind = ${kind} and zone_id = ${zoneId}`
  const written = await sql<{ key: string }[]>`
    insert into pricing.area (kind, key, zone_id)
    select ${kind}, key, ${zoneId} from unnest(${keys}::text[]) as given (key)
    on conflict do nothing
    returning key`
  const own = new Set(written.map(({ key }) => key))
  const conflict = keys.findIndex((key, index) => !own.has(key) || keys.indexOf(key) !== index)
  return conflict < 0 ? undefined : conflict
}

import type { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Commits, Committed } from '#runtime/module/define.ts'
import type { pricing } from './contract.ts'
import type { RuleProblem } from './rules/rule-problem.ts'
import type { ShippingZone, TaxZone } from './schemas.ts'
import { findRule, type RuleKind, raiseVersion, writeAreas, writeRule } from './store/rules.ts'

interface ChangeContext extends Commits<typeof pricing> {
  now(): Date
}

const NAMES: Record<RuleKind, string> = {
  taxZone: 'tax zone',
  shippingZone: 'shipping zone',
  shippingMethod: 'shipping method',
  promotion: 'promotion',
}

/** The failure of a rule that contradicts itself or another one. */
export interface RuleFailures {
  fail(code: 'RULE_INVALID', message: string, data: { field: string }): Failure
}

/** Throws RULE_INVALID if a rule has a problem. */
export function requireValid(context: RuleFailures, rule: string, problem: RuleProblem | undefined): void {
  if (problem)
    throw context.fail('RULE_INVALID', `Cannot save the ${rule}: ${problem.message}`, {
      field: problem.field,
    })
}

/** Throws RULE_NOT_FOUND if a rule that is to be replaced does not exist. */
export async function requireRule(
  context: { fail(code: 'RULE_NOT_FOUND', message: string): Failure },
  sql: Sql,
  kind: RuleKind,
  id: string,
): Promise<void> {
  if (await findRule(sql, kind, id)) return
  throw context.fail('RULE_NOT_FOUND', `Cannot replace the ${NAMES[kind]} "${id}": it does not exist`)
}

/** Changes rules in one transaction, after which all processes read them anew. */
export async function changeRules<Answer>(
  context: ChangeContext,
  change: (sql: Sql) => Promise<Answer>,
): Promise<Committed<Answer>> {
  return context.commit(async ({ sql }) => {
    await raiseVersion(sql)
    return change(sql)
  })
}

/**
 * Writes a zone with its areas. Throws RULE_INVALID if another zone has one of the areas; `at` is a JSON pointer to the
 * zone in the input.
 */
export async function writeZone<Kind extends 'taxZone' | 'shippingZone'>(
  context: RuleFailures & { now(): Date },
  sql: Sql,
  kind: Kind,
  zone: Kind extends 'taxZone' ? TaxZone : ShippingZone,
  at = '',
): Promise<void> {
  await writeRule(sql, kind, zone as never, context.now())
  const conflict = await writeAreas(sql, kind, zone.id, zone.areas)
  if (conflict === undefined) return
  const { country, region, postalPrefix } = zone.areas[conflict]!
  const area = [country, region, postalPrefix].filter((part) => part !== undefined).join(' ')
  throw context.fail(
    'RULE_INVALID',
    `Cannot save the zone "${zone.title}": the area "${area}" occurs twice, or belongs to another zone`,
    { field: `${at}/areas/${conflict}` },
  )
}

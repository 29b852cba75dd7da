import type { Sql } from '#runtime/database/pool.ts'
import type { SetupContext } from '#runtime/module/define.ts'
import type { CustomerTerms } from './contract.ts'
import { type RuleSet, ruleSetOf } from './rules/rule-set.ts'
import { findTerms } from './store/customer-terms.ts'
import { readRules, readVersion } from './store/rules.ts'

/** How long rules are used without asking the database whether they changed, should a notification be lost. */
const MAX_AGE_MS = 10_000
/** Customers whose terms a process keeps. */
const MAX_TERMS = 10_000

export interface Services {
  /** The shop's currency. */
  currency: string
  /** The rules that are stored now. Reads them only after a commit of this module, in any process, changed them. */
  ruleSet(sql: Sql): Promise<RuleSet>
  /** A customer's terms, kept like the rules; undefined for a customer without terms. */
  termsOf(sql: Sql, customerId: string): Promise<CustomerTerms | undefined>
}

interface Kept {
  /** The version in the database. */
  version: number
  rules: RuleSet
  terms: Map<string, CustomerTerms | undefined>
}

export function createServices({ settings, commits, now }: SetupContext): Services {
  let kept: Kept | undefined
  let checked: { commits: number; at: number } | undefined
  let checking: { commits: number; kept: Promise<Kept> } | undefined

  async function current(sql: Sql): Promise<Kept> {
    const commitsNow = commits()
    const time = now().getTime()
    if (kept && checked?.commits === commitsNow && time - checked.at <= MAX_AGE_MS) return kept
    if (checking?.commits === commitsNow) return checking.kept
    const check = read(sql)
    checking = { commits: commitsNow, kept: check }
    try {
      kept = await check
      // The number of commits is from before the read: a commit during the read leads to another one
      checked = { commits: commitsNow, at: time }
      return kept
    } finally {
      if (checking?.kept === check) checking = undefined
    }
  }

  async function read(sql: Sql): Promise<Kept> {
    if (kept && (await readVersion(sql)) === kept.version) return kept
    const { version, rules } = await readRules(sql)
    return { version, rules: ruleSetOf(rules), terms: new Map() }
  }

  return {
    currency: settings.PANDO_CURRENCY!,
    ruleSet: async (sql) => (await current(sql)).rules,
    async termsOf(sql, customerId) {
      const { terms } = await current(sql)
      if (terms.has(customerId)) return terms.get(customerId)
      const found = await findTerms(sql, customerId)
      if (terms.size >= MAX_TERMS) terms.clear()
      terms.set(customerId, found)
      return found
    },
  }
}

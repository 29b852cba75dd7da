import type { Sql } from '#runtime/database/pool.ts'

/** Counts the variants that are not withdrawn and whose price is not in `currency`, by the currency of the price. */
export function countForeignPrices(
  sql: Sql,
  currency: string,
): Promise<{ currency: string; variants: number }[]> {
  return sql<{ currency: string; variants: number }[]>`
    select currency, count(*)::int as variants from catalog.variant
    where currency <> ${currency} and not withdrawn group by currency order by currency`
}

import type { Sql } from '#runtime/database/pool.ts'

/** Counts the variants on sale whose price is not in a currency, by their currency. */
export function countForeignPrices(
  sql: Sql,
  currency: string,
): Promise<{ currency: string; variants: number }[]> {
  return sql<{ currency: string; variants: number }[]>`
    select currency, count(*)::int as variants from catalog.variant
    where currency <> ${currency} and not withdrawn group by currency order by currency`
}

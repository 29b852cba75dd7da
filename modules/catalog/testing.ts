import type { TestShop } from '#tests/support/shop.ts'

/** The catalog's SQL statements during `work`, without those of the runtime. */
export async function catalogStatements(shop: TestShop, work: () => Promise<unknown>): Promise<string[]> {
  return (await shop.statementsDuring(work)).filter((statement) => statement.includes('catalog.'))
}

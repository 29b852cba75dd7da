import type { TestShop } from '#tests/support/shop.ts'

/** The catalog's statements that were sent while `work` ran; without the runtime's own, such as wake-ups of processes. */
export async function catalogStatements(shop: TestShop, work: () => Promise<unknown>): Promise<string[]> {
  return (await shop.statementsDuring(work)).filter((statement) => statement.includes('catalog.'))
}

import { homeCountry, includedTaxRates } from './tax-table.ts'

const WHOLE = 10_000n // basis points

/**
 * The tax that a price includes, in minor units, rounded half up: of €119 at 19 %, it is €19. Without a country it is
 * the shop's own.
 */
export function includedTax(gross: number, country: string | undefined): number {
  const rate = BigInt(includedTaxRates[country ?? homeCountry] ?? 0)
  const divisor = WHOLE + rate
  return Number((2n * BigInt(gross) * rate + divisor) / (2n * divisor))
}

import { homeCountry, includedTaxRates } from './tax-table.ts'

const WHOLE = 10_000n // basis points

/**
 * The tax that a price includes, in minor units, rounded half up: €119 at 19 % include €19. Without a country (no address
 * yet) the rate of `homeCountry` applies. 0 for a country without a rate.
 */
export function includedTax(gross: number, country: string | undefined): number {
  const rate = BigInt(includedTaxRates[country ?? homeCountry] ?? 0)
  const divisor = WHOLE + rate
  // BigInt division rounds down: half of its divisor is added first
  return Number((2n * BigInt(gross) * rate + divisor) / (2n * divisor))
}

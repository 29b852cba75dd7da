import type { CustomerTerms } from '../contract.ts'
import type { QuoteInput } from '../schemas.ts'
import type { RuleSet } from './rule-set.ts'
import { countryOfVatNumber } from './vat-number.ts'

/**
 * Why a buyer pays no tax; null: they do. Reverse charge applies to companies with a VAT number of the country of
 * delivery, in zones that have it, if the shop is in another country (article 138 of Directive 2006/112/EC).
 */
export function taxExemptionOf(
  { tax, taxZones }: Pick<RuleSet, 'tax' | 'taxZones'>,
  { address, vatNumber }: Pick<QuoteInput, 'address' | 'vatNumber'>,
  terms: CustomerTerms | undefined,
): 'exempt' | 'reverseCharge' | null {
  if (terms?.taxExempt) return 'exempt'
  const number = vatNumber ?? terms?.vatNumber ?? null
  if (!address || number === null || !tax.home || address.country === tax.home.country) return null
  if (!taxZones.find(address)?.reverseCharge) return null
  return countryOfVatNumber(number) === address.country ? 'reverseCharge' : null
}

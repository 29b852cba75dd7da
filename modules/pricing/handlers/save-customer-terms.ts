import { quote } from '#shared/text.ts'
import { changeRules } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { countryOfVatNumber, normaliseVatNumber } from '../rules/vat-number.ts'
import { writeTerms } from '../store/customer-terms.ts'

export const saveCustomerTerms: Handles<'saveCustomerTerms'> = async (terms, context) => {
  const { vatNumber } = terms
  if (vatNumber !== null && countryOfVatNumber(vatNumber) === undefined)
    throw context.fail(
      'VAT_NUMBER_INVALID',
      `Cannot save the VAT number ${quote(vatNumber)}: it does not have the form of its country, or its check digit is wrong`,
    )
  const saved = {
    ...terms,
    groups: [...new Set(terms.groups)].sort(),
    vatNumber: vatNumber === null ? null : normaliseVatNumber(vatNumber),
  }
  return changeRules(context, async (sql) => {
    await writeTerms(sql, saved, context.now())
    return saved
  })
}

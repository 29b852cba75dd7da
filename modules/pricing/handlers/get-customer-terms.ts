import type { Handles } from '../needs.ts'
import { findTerms } from '../store/customer-terms.ts'

export const getCustomerTerms: Handles<'getCustomerTerms'> = async ({ customerId }, context) =>
  (await findTerms(context.sql, customerId)) ?? { customerId, groups: [], taxExempt: false, vatNumber: null }

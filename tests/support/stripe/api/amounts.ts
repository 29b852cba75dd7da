import { invalidParam } from '../api-error.ts'
import type { Params } from '../form.ts'
import { integer, requiredText } from '../read-params.ts'

const MAX_AMOUNT = 99_999_999
const MIN_AMOUNT = 50
/** Without minor units: the amount is in whole units. */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
/** Charged in hundredths, which must be whole units. */
const WHOLE_HUNDREDTHS = new Set(['isk', 'ugx'])
/** Charged in thousandths, which must be whole hundredths. */
const THREE_DECIMAL = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd'])

export function readCurrency(params: Params): string {
  const currency = requiredText(params, 'currency').toLowerCase()
  if (!/^[a-z]{3}$/.test(currency))
    throw invalidParam('parameter_invalid', 'currency', `Invalid currency: ${currency}.`)
  return currency
}

/** Checks an amount by Stripe's rules for its currency. The true minimum depends on the currency of the account's payouts. */
export function checkAmount(amount: number | undefined, currency: string, param = 'amount'): number {
  if (amount === undefined)
    throw invalidParam('parameter_missing', param, `Missing required param: ${param}.`)
  if (amount < 1)
    throw invalidParam('parameter_invalid_integer', param, 'This value must be greater than or equal to 1.')
  if (amount > MAX_AMOUNT)
    throw invalidParam('amount_too_large', param, `Amount must be no more than ${MAX_AMOUNT}`)
  if (amount < (ZERO_DECIMAL.has(currency) ? 1 : MIN_AMOUNT))
    throw invalidParam('amount_too_small', param, 'Amount must convert to at least 50 cents.')
  const step = WHOLE_HUNDREDTHS.has(currency) ? 100 : THREE_DECIMAL.has(currency) ? 10 : 1
  if (amount % step !== 0)
    throw invalidParam(
      'parameter_invalid_integer',
      param,
      `Invalid amount: ${amount}. Amounts in ${currency} must be multiples of ${step}.`,
    )
  return amount
}

export function readAmount(params: Params, currency: string): number {
  return checkAmount(integer(params, 'amount'), currency)
}

import { type Static, Type } from 'typebox'

/** Schema of an ISO 4217 currency code, such as `EUR`. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 currency code' })

/** The largest amount of a `Money`, in minor units. */
const MAX_AMOUNT = 1e12

/** The largest total of an order's goods, in minor units. It leaves room for shipping and taxes. */
export const MAX_GOODS = 9e11

/** Schema of an amount in integer minor units of its currency: `{ amount: 1999, currency: 'EUR' }` is €19.99. */
export const Money = Type.Object(
  {
    amount: Type.Integer({ minimum: -MAX_AMOUNT, maximum: MAX_AMOUNT, description: 'integer minor units' }),
    currency: Currency,
  },
  { additionalProperties: false },
)
export type Money = Static<typeof Money>

/** Builds a Money. Throws RangeError when `amount` is not a safe integer. */
export function money(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount)) {
    throw new RangeError(
      `Cannot make money of ${amount} ${currency}: the amount must be a whole number of minor units`,
    )
  }
  return { amount, currency }
}

const formats = new Map<string, { format: Intl.NumberFormat; digits: number }>()

/** Number of decimals of a currency: 2 for EUR, 0 for JPY. Source: ISO 4217, from the ICU data of Node.js. */
export function minorDigits(currency: string): number {
  return formatOf(currency, 'en').digits
}

/** Formats money for display: `€19.99`. */
export function formatMoney(value: Money, locale = 'en'): string {
  const { format, digits } = formatOf(value.currency, locale)
  return format.format(value.amount / 10 ** digits)
}

function formatOf(currency: string, locale: string) {
  const key = `${locale}/${currency}`
  let cached = formats.get(key)
  if (!cached) {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
    cached = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
    formats.set(key, cached)
  }
  return cached
}

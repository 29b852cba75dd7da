import { type Static, Type } from 'typebox'

/** ISO 4217 code of a currency that Pando can price in, such as `EUR`. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 currency code' })

/** An amount in integer minor units of its currency: `{ amount: 1999, currency: 'EUR' }` is €19.99. */
export const Money = Type.Object(
  {
    amount: Type.Integer({ minimum: -1e12, maximum: 1e12, description: 'integer minor units' }),
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

/**
 * Takes `rate` (in basis points, 1900 = 19 %) of an amount, rounded half away from zero to a minor unit,
 * in integers throughout so that no floating-point error reaches a bill.
 */
export function basisPointsOf(amount: Money, basisPoints: number): Money {
  const product = BigInt(amount.amount) * BigInt(basisPoints)
  const sign = product < 0n ? -1n : 1n
  return money(Number((sign * (sign * product * 2n + 10_000n)) / 20_000n), amount.currency)
}

/** Splits an amount over weights so that the parts add up to it exactly (largest remainder method). */
export function allocateMoney(amount: Money, weights: readonly number[]): Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total <= 0) return weights.map(() => money(0, amount.currency))
  const exact = weights.map((weight) => (amount.amount * weight) / total)
  const parts = exact.map((value) => Math.trunc(value))
  let rest = amount.amount - parts.reduce((sum, part) => sum + part, 0)
  const step = Math.sign(rest)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: Math.abs(value - Math.trunc(value)) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (let turn = 0; rest !== 0; turn++, rest -= step) {
    const { index } = byRemainder[turn % byRemainder.length]!
    parts[index] = parts[index]! + step
  }
  return parts.map((part) => money(part, amount.currency))
}

const formats = new Map<string, Intl.NumberFormat>()

/** Number of decimals of a currency: 2 for EUR, 0 for JPY (ISO 4217, as known to the runtime's ICU). */
export function minorDigits(currency: string): number {
  return formatOf(currency, 'en').resolvedOptions().maximumFractionDigits ?? 2
}

/** Writes money for a person: `€19.99`. */
export function formatMoney(value: Money, locale = 'en'): string {
  const format = formatOf(value.currency, locale)
  return format.format(value.amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

function formatOf(currency: string, locale: string): Intl.NumberFormat {
  const key = `${locale}/${currency}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency })
    formats.set(key, format)
  }
  return format
}

import { minorDigits } from '#shared/money.ts'
import { countOf } from '#shared/text.ts'
import { isSignOf } from './currency-signs.ts'
import { isUnambiguous } from './parse-cells.ts'
import type { ProblemCode } from './reader-output.ts'

/** A price in minor units, or the reason why the text is not one: a phrase that follows the price in a message. */
export type ParsedPrice = { ok: true; minor: number } | { ok: false; code: ProblemCode; reason: string }

/** In minor units. Sums of many such prices are still exact in a JavaScript number. */
export const MAX_PRICE = 999_999_999_999

const MAX_LENGTH = 40

const SIGN = String.raw`(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}|kr\.?|Fr\.?|Rs\.?|zł|Kč|Ft|lei)`
/** A price: minus, sign of the currency, minus, number, sign of the currency; all but the number are optional. */
const SHAPE = new RegExp(
  String.raw`^([-−]?)\s*(${SIGN})?\s*([-−]?)\s*([\d.,'’\s]*\d[.,]?)\s*(${SIGN})?$`,
  'u',
)
/** A number with groups of three digits: all groups, the separator between them, the decimal separator, the decimals. */
const GROUPED = /^([1-9]\d{0,2}(?:([ .,'’])\d{3})(?:\2\d{3})*)(?:([.,])(\d*))?$/
/** A number without groups: the whole part and the decimals. */
const PLAIN = /^(\d*)(?:[.,](\d*))?$/

/**
 * Reads a price as people and spreadsheets write it (`19.99`, `$1,299.00`, `1.299,00`, `19,9 €`) into minor units of
 * `currency`. It neither rounds nor guesses nor converts: it refuses a price with too many decimals, with two readings or
 * with the sign of another currency, because a wrong price costs more than a missing one.
 */
export function parsePrice(text: string, currency: string): ParsedPrice {
  const shape = text.length > MAX_LENGTH ? null : SHAPE.exec(text.trim())
  if (!shape) return refuse('PRICE_INVALID', 'is not a number; write it like 19.99')
  const [, minus, signBefore, minusAfterSign, digits = '', signAfter] = shape
  const maxDecimals = minorDigits(currency)
  const number = splitDecimals(digits.replace(/\s/gu, ' ').trim(), maxDecimals)
  if (!number.ok) return number
  const foreign = [signBefore, signAfter].find((sign) => sign !== undefined && !isSignOf(sign, currency))
  if (foreign !== undefined) {
    return refuse(
      'PRICE_CURRENCY',
      `is not in ${currency}, as '${foreign}' says; convert it, or name its currency with --currency if the shop sells in that`,
    )
  }
  const { whole, decimals } = number
  if (/[1-9]/.test(decimals.slice(maxDecimals))) {
    return refuse(
      'PRICE_TOO_PRECISE',
      maxDecimals === 0
        ? `has decimals, and ${currency} has none; write it without`
        : `has more than ${countOf(maxDecimals, 'decimal')}; write it with ${maxDecimals} at most`,
    )
  }
  const minor = Number(whole + decimals.slice(0, maxDecimals).padEnd(maxDecimals, '0'))
  if (minor > MAX_PRICE) return refuse('PRICE_TOO_LARGE', 'is larger than a price can be; correct it')
  if (minor > 0 && (minus || minusAfterSign)) return refuse('PRICE_NEGATIVE', 'is below zero; correct it')
  return { ok: true, minor }
}

/** Whether a price that `parsePrice` accepts could also be read as another amount, such as `12,50` and `1.000`. */
export function isAmbiguousPrice(text: string, currency: string): boolean {
  const digits = SHAPE.exec(text.trim())?.[4]?.trim() ?? ''
  // In currencies with three decimals, every price looks like a thousand
  return !isUnambiguous(digits, { thousands: minorDigits(currency) < 3 })
}

type Split = { ok: true; whole: string; decimals: string } | Extract<ParsedPrice, { ok: false }>

/** Splits a number into its whole part and its decimals, both without separators. */
function splitDecimals(digits: string, maxDecimals: number): Split {
  const grouped = GROUPED.exec(digits)
  if (grouped) {
    const [, whole = '', separator, decimalSeparator, decimals] = grouped
    // One separator before three digits, as in `1.299`: it may group thousands or precede decimals
    const hasOneSeparator = whole.length <= 7 && decimalSeparator === undefined
    if (hasOneSeparator && separator === '.') return { ok: true, ...splitAt(digits, '.') }
    if (hasOneSeparator && separator === ',' && maxDecimals >= 3) {
      return refuse('PRICE_AMBIGUOUS', 'has two readings; write it without a comma, like 1299.000')
    }
    if (decimalSeparator !== separator)
      return { ok: true, whole: whole.replace(/\D/g, ''), decimals: decimals ?? '' }
  }
  const plain = PLAIN.exec(digits)
  if (!plain) return refuse('PRICE_INVALID', 'is not a number; write it like 19.99')
  return { ok: true, whole: plain[1] || '0', decimals: plain[2] ?? '' }
}

function splitAt(digits: string, separator: string): { whole: string; decimals: string } {
  const [whole = '', decimals = ''] = digits.split(separator)
  return { whole, decimals }
}

function refuse(code: ProblemCode, reason: string): Extract<ParsedPrice, { ok: false }> {
  return { ok: false, code, reason }
}

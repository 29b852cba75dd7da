import type { ProblemCode } from './product-record.ts'

/** A price in minor units, or why the text isn't one: the end of a sentence that starts with the price. */
export type ParsedPrice =
  | { ok: true; minor: number; sign: string | null }
  | { ok: false; code: ProblemCode; reason: string }

/** Minor units; sums of many lines of such prices are still exact in a JavaScript number. */
export const MAX_PRICE = 999_999_999_999

const MAX_LENGTH = 40

const SIGN = String.raw`(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}|kr\.?|Fr\.?|Rs\.?|zł|Kč|Ft|lei)`
const SHAPE = new RegExp(
  String.raw`^([-−]?)\s*(${SIGN})?\s*([-−]?)\s*([\d.,'’\s]*\d[.,]?)\s*(${SIGN})?$`,
  'u',
)
const GROUPED = /^([1-9]\d{0,2}(?:([ .,'’])\d{3})(?:\2\d{3})*)(?:([.,])(\d*))?$/
const PLAIN = /^(\d*)(?:[.,](\d*))?$/

/**
 * Reads a price as people and spreadsheets write it (`19.99`, `$1,299.00`, `1.299,00`, `19,9 €`) into minor units.
 * `minorDigits` is the currency's number of decimals. Nothing is rounded and nothing guessed: a price with too
 * many decimals, or one that has two readings, is refused, because a wrong price costs more than a missing one.
 */
export function parsePrice(text: string, minorDigits: number): ParsedPrice {
  const shape = text.length > MAX_LENGTH ? null : SHAPE.exec(text.trim())
  if (!shape) return refuse('PRICE_INVALID', 'is not a number; write it like 19.99')
  const [, minus, signBefore, minusAfterSign, digits = '', signAfter] = shape
  const number = splitDecimals(digits.replace(/\s/gu, ' ').trim(), minorDigits)
  if (!number.ok) return number
  const { whole, decimals } = number
  if (/[1-9]/.test(decimals.slice(minorDigits))) {
    return refuse(
      'PRICE_TOO_PRECISE',
      `has more than ${minorDigits} decimals; write it with ${minorDigits} at most`,
    )
  }
  const minor = Number(whole + decimals.slice(0, minorDigits).padEnd(minorDigits, '0'))
  if (minor > MAX_PRICE) return refuse('PRICE_TOO_LARGE', 'is larger than a price can be; correct it')
  if (minor > 0 && (minus || minusAfterSign)) return refuse('PRICE_NEGATIVE', 'is below zero; correct it')
  return { ok: true, minor, sign: signBefore ?? signAfter ?? null }
}

/** Whether a price that `parsePrice` reads has more than digits and a decimal point: another reader might read another one. */
export function needsReading(text: string): boolean {
  const digits = SHAPE.exec(text.trim())?.[4] ?? ''
  return !/^\d*\.?\d*$/.test(digits.trim())
}

type Split = { ok: true; whole: string; decimals: string } | Extract<ParsedPrice, { ok: false }>

function splitDecimals(digits: string, minorDigits: number): Split {
  const grouped = GROUPED.exec(digits)
  if (grouped) {
    const [, whole = '', separator, decimalSeparator, decimals] = grouped
    const isSingleGroup = whole.length <= 7 && decimalSeparator === undefined
    if (isSingleGroup && separator === '.') return { ok: true, ...pair(digits, '.') }
    if (isSingleGroup && separator === ',' && minorDigits >= 3) {
      return refuse('PRICE_AMBIGUOUS', 'has two readings; write it without a comma, like 1299.000')
    }
    if (decimalSeparator !== separator)
      return { ok: true, whole: whole.replace(/\D/g, ''), decimals: decimals ?? '' }
  }
  const plain = PLAIN.exec(digits)
  if (!plain) return refuse('PRICE_INVALID', 'is not a number; write it like 19.99')
  return { ok: true, whole: plain[1] || '0', decimals: plain[2] ?? '' }
}

function pair(digits: string, separator: string): { whole: string; decimals: string } {
  const [whole = '', decimals = ''] = digits.split(separator)
  return { whole, decimals }
}

function refuse(code: ProblemCode, reason: string): Extract<ParsedPrice, { ok: false }> {
  return { ok: false, code, reason }
}

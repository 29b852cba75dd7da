import { visibleText } from '#shared/text.ts'

/** The value of a yes-or-no cell; null when it is neither. */
export function parseFlag(text: string): boolean | null {
  const lower = text.toLowerCase()
  if (['true', 'yes', '1'].includes(lower)) return true
  if (['false', 'no', '0'].includes(lower)) return false
  return null
}

/** Parses a whole number as spreadsheets write it (`12`, `-3`, `12.0`, `1,200`); null when it is not one. */
export function parseWholeNumber(text: string): number | null {
  const ungrouped = /^[-+]?\d{1,3}(,\d{3})+(\.0+)?$/.test(text) ? text.replaceAll(',', '') : text
  if (!/^[-+]?\d{1,12}(\.0*)?$/.test(ungrouped)) return null
  // `-0` becomes 0
  return Number(ungrouped) || 0
}

/** Parses a weight in grams (`8.5`, `8,5`, `1,250.5`) to the milligram; null when it is not one from 0 to 100 tonnes. */
export function parseWeight(text: string): number | null {
  // As in prices and quantities, a comma before three digits groups thousands
  const isGrouped = /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(text)
  const plain = isGrouped ? text.replaceAll(',', '') : text.replace(',', '.')
  return /^\d{1,8}(\.\d*)?$/.test(plain) ? Math.round(Number(plain) * 1000) / 1000 : null
}

/** Numbers such as `1.000`, which many countries write for a thousand. */
const POINT_BEFORE_THREE_DIGITS = /^[-+]?[1-9]\d{0,2}\.\d{3}$/

/**
 * Whether a number has the same meaning in every country: it has only digits and a decimal point, and does not look like
 * a thousand with a point (`1.000`). `thousands: false` skips the second check.
 */
export function isUnambiguous(text: string, { thousands = true } = {}): boolean {
  return /^[-+]?\d*\.?\d*$/.test(text) && !(thousands && POINT_BEFORE_THREE_DIGITS.test(text))
}

/** For a number that was read as `value`: the part of a warning that says how to write it; null if it is unambiguous. */
export function rewriteHint(text: string, value: number): string | null {
  if (isUnambiguous(text)) return null
  if (!POINT_BEFORE_THREE_DIGITS.test(text)) return `write it as ${value}`
  return `write ${text.replace('.', '')} if that is meant`
}

const MAX_URL_LENGTH = 2048

/** Parses an absolute http(s) URL into its normal form; null when it is not one. `//host/path` is read as https. */
export function parseWebUrl(text: string): string | null {
  const absolute = text.startsWith('//') ? `https:${text}` : text
  const url = URL.parse(absolute)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  return url && isWeb && url.href.length <= MAX_URL_LENGTH ? url.href : null
}

/** The tags between commas in their order, without repetitions (ignoring letter case). */
export function parseTags(text: string): string[] {
  const tags = new Map<string, string>()
  for (const tag of text.split(',').map(visibleText)) {
    if (tag !== '' && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag)
  }
  return [...tags.values()]
}

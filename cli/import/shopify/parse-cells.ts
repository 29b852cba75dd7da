/** What a yes-or-no cell says, or null when it says neither. */
export function parseFlag(text: string): boolean | null {
  const word = text.toLowerCase()
  if (['true', 'yes', '1'].includes(word)) return true
  if (['false', 'no', '0'].includes(word)) return false
  return null
}

/** A whole number as spreadsheets write it (`12`, `-3`, `12.0`, `1,200`), or null. */
export function parseWholeNumber(text: string): number | null {
  const ungrouped = /^[-+]?\d{1,3}(,\d{3})+(\.0+)?$/.test(text) ? text.replaceAll(',', '') : text
  if (!/^[-+]?\d{1,12}(\.0*)?$/.test(ungrouped)) return null
  return Number(ungrouped) || 0
}

/** A weight from zero to 100 tonnes in grams, with up to three decimals (`8.5`, `8,5` or `1,250.5`), or null. */
export function parseWeight(text: string): number | null {
  // As in prices and quantities, a comma before three digits groups thousands.
  const isGrouped = /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(text)
  const plain = isGrouped ? text.replaceAll(',', '') : text.replace(',', '.')
  return /^\d{1,8}(\.\d*)?$/.test(plain) ? Math.round(Number(plain) * 1000) / 1000 : null
}

/** A thousand, as it is written in other countries. */
const POINT_BEFORE_THREE_DIGITS = /^[-+]?[1-9]\d{0,2}\.\d{3}$/

/**
 * Whether everyone reads the same number: it has digits and a decimal point only, and is not written like a thousand with
 * a point (`1.000`). `thousands: false` skips the second check.
 */
export function isWrittenPlainly(text: string, { thousands = true } = {}): boolean {
  return /^[-+]?\d*\.?\d*$/.test(text) && !(thousands && POINT_BEFORE_THREE_DIGITS.test(text))
}

/** How to write a number that was taken as `value`, so that everyone reads the same one; null when it is already. */
export function plainWriting(text: string, value: number): string | null {
  if (isWrittenPlainly(text)) return null
  if (!POINT_BEFORE_THREE_DIGITS.test(text)) return `write it as ${value}`
  return `write ${text.replace('.', '')} if that is meant`
}

const MAX_URL_LENGTH = 2048

/** An absolute http(s) URL in its normal form, or null. `//host/path` is read as https. */
export function parseWebUrl(text: string): string | null {
  const absolute = text.startsWith('//') ? `https:${text}` : text
  const url = URL.parse(absolute)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  return url && isWeb && url.href.length <= MAX_URL_LENGTH ? url.href : null
}

/** The parts between commas, each once (letter case aside), in their order. */
export function parseTags(text: string): string[] {
  const tags = new Map<string, string>()
  for (const tag of text.split(',').map((part) => part.trim())) {
    if (tag !== '' && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag)
  }
  return [...tags.values()]
}

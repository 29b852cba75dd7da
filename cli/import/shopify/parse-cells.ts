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

/** A weight from zero to 100 tonnes in grams, with up to three decimals (`8.5`, or `8,5`), or null. */
export function parseWeight(text: string): number | null {
  return /^\d{1,8}([.,]\d*)?$/.test(text) ? Math.round(Number(text.replace(',', '.')) * 1000) / 1000 : null
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

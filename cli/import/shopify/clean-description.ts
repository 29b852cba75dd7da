import { firstCharacters } from '#shared/text.ts'
import { parseWebUrl } from './parse-cells.ts'

/** In characters. Longer descriptions are cut. */
export const MAX_DESCRIPTION_LENGTH = 100_000

const REMOVED_TAGS = /<(audio|button|embed|form|iframe|input|object|script|style|svg|video)\b/gi
const IMAGE = /<img\b[^>]*>/gi
const SOURCE = /\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters on purpose
const CONTROL_CHARACTERS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g

export type CleanedDescription = {
  html: string
  /** Names of the elements with visible content that the catalog will remove, each once and sorted: `['iframe', 'img']`. */
  willBeRemoved: string[]
  isCut: boolean
}

/**
 * Prepares a description for the catalog: removes control characters, and cuts it to `MAX_DESCRIPTION_LENGTH`. The catalog
 * itself sanitizes the markup (`sanitize-description.ts`); this function only reports the elements that will be missing.
 */
export function cleanDescription(written: string): CleanedDescription {
  const start = firstCharacters(written, MAX_DESCRIPTION_LENGTH)
  const html = start.replace(CONTROL_CHARACTERS, '').trim()
  const willBeRemoved = new Set(Array.from(html.matchAll(REMOVED_TAGS), ([, tag = '']) => tag.toLowerCase()))
  if (html.match(IMAGE)?.some((image) => !hasWebUrl(image))) willBeRemoved.add('img')
  return { html, willBeRemoved: [...willBeRemoved].sort(), isCut: start !== written }
}

function hasWebUrl(image: string): boolean {
  const [, double, single, bare] = SOURCE.exec(image) ?? []
  return parseWebUrl((double ?? single ?? bare ?? '').replaceAll('&amp;', '&')) !== null
}

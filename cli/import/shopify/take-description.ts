import { firstCharacters } from '#shared/text.ts'
import { parseWebUrl } from './parse-cells.ts'

/** Longer descriptions are cut. */
export const MAX_DESCRIPTION_LENGTH = 100_000

const LOST_THINGS = /<(audio|button|embed|form|iframe|input|object|script|style|svg|video)\b/gi
const PICTURE = /<img\b[^>]*>/gi
const SOURCE = /\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTERS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g

export type TakenDescription = {
  html: string
  /** Tags of things that a reader of the file's description would miss in the shop, each once: `['iframe', 'img']`. */
  lost: string[]
  isCut: boolean
}

/**
 * A description as the catalog takes it: without control characters, and cut to `MAX_DESCRIPTION_LENGTH`. What markup is
 * kept is for the catalog to say (`sanitize-description.ts`); this only finds what a reader would miss of it.
 */
export function takeDescription(written: string): TakenDescription {
  const start = firstCharacters(written, MAX_DESCRIPTION_LENGTH)
  const html = start.replace(CONTROL_CHARACTERS, '').trim()
  const lost = new Set(Array.from(html.matchAll(LOST_THINGS), ([, tag = '']) => tag.toLowerCase()))
  if (html.match(PICTURE)?.some((picture) => !hasWebAddress(picture))) lost.add('img')
  return { html, lost: [...lost].sort(), isCut: start !== written }
}

function hasWebAddress(picture: string): boolean {
  const [, double, single, bare] = SOURCE.exec(picture) ?? []
  return parseWebUrl((double ?? single ?? bare ?? '').replaceAll('&amp;', '&')) !== null
}

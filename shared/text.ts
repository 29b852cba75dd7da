import { Type } from 'typebox'

/**
 * One line of a person's text: no control characters, so that no NUL reaches the database and no line break an
 * e-mail header. Lengths are in characters (Unicode code points), as JSON Schema counts them, and everywhere in the shop.
 */
export function Line(minLength: number, maxLength: number) {
  const pattern = minLength > 0 ? '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]*$' : '^[^\\u0000-\\u001f\\u007f]*$'
  return Type.String({ minLength, maxLength, pattern, description: 'one line of text' })
}

/** White space and what has no shape: soft hyphens, zero-width characters, fillers, blank Braille, marks of direction. */
const UNSEEN =
  '\\s\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb'

/** A `Line` with something in it that can be seen: what people call themselves. */
export function VisibleLine(maxLength: number) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: `^(?=.*[^${UNSEEN}])[^\\u0000-\\u001f\\u007f]*$`,
    description: 'one line of text that can be seen',
  })
}

const visible = new RegExp(`[^${UNSEEN}\\u{e0000}-\\u{e0fff}]`, 'u')

/** Whether a text has anything in it that can be seen. */
export function isVisible(text: string): boolean {
  return visible.test(text)
}

/** The first characters of a text, `maxLength` code points at the most: never half a character. */
export function firstCharacters(text: string, maxLength: number): string {
  // A text has never more characters than UTF-16 code units, and most have fewer of these than are allowed.
  if (text.length <= maxLength) return text
  let units = 0
  let characters = 0
  for (const character of text) {
    if (characters === maxLength) return text.slice(0, units)
    characters++
    units += character.length
  }
  return text
}

/** Text of several lines: everything but NUL and the other control characters that are no white space. */
export function Lines(minLength: number, maxLength: number) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$' })
}

const MAX_EMAIL = 254
const LOCAL_PART = "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const DOMAIN = `${LABEL}(?:\\.${LABEL})+`
const EMAIL = `^${LOCAL_PART}@${DOMAIN}$`

/** An e-mail address, by the syntax that browsers accept (HTML Living Standard, `input type=email`), at most 254 long (RFC 5321). */
export const Email = Type.String({ maxLength: MAX_EMAIL, pattern: EMAIL, description: 'e-mail address' })

const BEYOND_ASCII = '[^\\u0000-\\u00a0]'

/**
 * An e-mail address as it is typed: an `Email`, or one whose domain is in letters of any script (IDNA), which
 * `asciiEmail` (email.ts) makes an `Email` of, where it is a domain.
 */
export const TypedEmail = Type.String({
  maxLength: MAX_EMAIL,
  pattern: `^${LOCAL_PART}@(?:${DOMAIN}|(?=.*${BEYOND_ASCII})(?:[a-zA-Z0-9.-]|${BEYOND_ASCII})+)$`,
  description: 'e-mail address; its domain may be internationalised',
})

const email = new RegExp(EMAIL)

/** Whether a text is an `Email`. */
export function isEmail(text: string): boolean {
  return text.length <= MAX_EMAIL && email.test(text)
}

/** An instant: RFC 3339 in UTC, as `Date.prototype.toISOString` writes it. */
export const Timestamp = Type.String({
  maxLength: 40,
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?Z$',
  description: 'RFC 3339, UTC',
})

/** The part of a page's address that names a thing: lower-case words with hyphens. */
export const Handle = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u0020/?#%\\\\]+$',
  description: 'name in addresses',
})

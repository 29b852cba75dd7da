import { isolateBidi } from '#shared/isolate-bidi.ts'
import { type HolePlace, placesOfHoles } from './html-holes.ts'

/** Markup that is safe to send: made by `html` from escaped values, or declared so with `raw`. */
class SafeMarkup {
  private readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }

  toString(): string {
    return this.markup
  }
}

class TagAttributes {
  private readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }

  toString(): string {
    return this.markup
  }
}

export type Html = SafeMarkup
export type Attributes = TagAttributes

/** What a hole of an `html` template takes; `null`, `undefined` and `false` render nothing. */
export type HtmlValue = string | number | Html | Attributes | null | undefined | false | readonly HtmlValue[]

const placesOfTemplate = new WeakMap<TemplateStringsArray, HolePlace[]>()

/**
 * Renders a template literal as markup: ``html`<p title="${hint}">${text}</p>` ``. Strings and numbers are
 * escaped, and in text isolated where they run from right to left; `Html` is inserted as it is, arrays are joined, `null`, `undefined` and `false` render nothing.
 * Attribute values must be quoted in the template and take text only; optional attributes come from
 * `attributes`. It does not judge addresses: check those of strangers before they become an `href`.
 *
 * @throws TypeError for a hole where no value is safe (see `placesOfHoles`) and for a value that its place does
 * not take; both are mistakes in the template and show on its first rendering
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let places = placesOfTemplate.get(parts)
  if (places === undefined) {
    places = placesOfHoles(parts)
    placesOfTemplate.set(parts, places)
  }
  let markup = parts[0]!
  for (let index = 0; index < values.length; index++) {
    markup += rendered(values[index], places[index]!) + parts[index + 1]!
  }
  return new SafeMarkup(markup)
}

/** Declares a string to be safe markup. For what was sanitised or made by our own code, never for input. */
export function raw(markup: string): Html {
  return new SafeMarkup(markup)
}

/**
 * Attributes to insert in a tag: `<input${attributes({ name, required: true, 'aria-invalid': error && 'true' })}>`.
 * `true` renders the bare name; `false`, `null` and `undefined` leave the attribute out.
 */
export function attributes(values: Record<string, string | number | boolean | null | undefined>): Attributes {
  let markup = ''
  for (const name in values) {
    const value = values[name]
    if (value === undefined || value === null || value === false) continue
    if (!ATTRIBUTE_NAME.test(name))
      throw new TypeError(`Rename the attribute ${JSON.stringify(name)}: not a name`)
    markup += value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`
  }
  return new TagAttributes(markup)
}

const ATTRIBUTE_NAME = /^[a-z][a-z0-9_:.-]*$/i

function rendered(value: HtmlValue, place: HolePlace): string {
  if (typeof value === 'string' && place !== 'tag')
    return escapeHtml(place === 'text' ? isolateBidi(value) : value)
  if (value === null || value === undefined || value === false) return ''
  if (place === 'tag') {
    if (value instanceof TagAttributes) return value.toString()
    throw new TypeError('Pass attributes({ … }) inside a tag: text and markup are not safe there')
  }
  if (typeof value === 'number') return String(value)
  if (value instanceof SafeMarkup) {
    if (place === 'text') return value.toString()
    throw new TypeError('Pass text to an attribute value: markup would not be read as markup there')
  }
  if (Array.isArray(value)) {
    let markup = ''
    for (const item of value) markup += rendered(item, place)
    return markup
  }
  throw new TypeError(`Pass text, numbers, Html or arrays of them to a template, not ${typeof value}`)
}

const UNSAFE = /[&<>"']/

/** Escapes text for element content and quoted attribute values. */
export function escapeHtml(text: string): string {
  // most strings have nothing to escape, and one test is then all they cost
  if (!UNSAFE.test(text)) return text
  let escaped = ''
  let copied = 0
  for (let at = 0; at < text.length; at++) {
    const entity = entityOf(text.charCodeAt(at))
    if (entity === undefined) continue
    escaped += text.slice(copied, at) + entity
    copied = at + 1
  }
  return escaped + text.slice(copied)
}

function entityOf(code: number): string | undefined {
  switch (code) {
    case 34:
      return '&quot;'
    case 38:
      return '&amp;'
    case 39:
      return '&#39;'
    case 60:
      return '&lt;'
    case 62:
      return '&gt;'
  }
  return undefined
}

import { isolateBidi } from '#shared/isolate-bidi.ts'
import { type PlaceholderContext, placeholderContexts } from './html-placeholders.ts'

/** Markup that is safe to send: `html` made it from escaped values, or `raw` declared it safe. */
class SafeMarkup {
  private readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }

  toString(): string {
    return this.markup
  }
}

/** Attributes that `attributes` rendered, each with a space before it. */
class TagAttributes {
  private readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }

  toString(): string {
    return this.markup
  }
}

// Only the types are exported, so that no other code can make instances
export type Html = SafeMarkup
export type Attributes = TagAttributes

/** A value for a placeholder of an `html` template. `null`, `undefined` and `false` render nothing. */
export type HtmlValue = string | number | Html | Attributes | null | undefined | false | readonly HtmlValue[]

const contextsOfTemplate = new WeakMap<TemplateStringsArray, PlaceholderContext[]>()

/**
 * Renders a template literal as markup: ``html`<p title="${hint}">${text}</p>` ``. Strings and numbers are escaped.
 * Strings between tags that contain right-to-left text are isolated, too (`isolateBidi`). `Html` is inserted unchanged,
 * arrays are joined, `null`, `undefined` and `false` render nothing. Attribute values must be quoted in the template and
 * accept no markup; optional attributes come from `attributes`. URLs are not checked: check untrusted ones before they
 * become an `href`.
 *
 * @throws TypeError for a placeholder where no value is safe (see `placeholderContexts`), and for a value that does not
 * fit its context
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let contexts = contextsOfTemplate.get(parts)
  if (contexts === undefined) {
    contexts = placeholderContexts(parts)
    contextsOfTemplate.set(parts, contexts)
  }
  let markup = parts[0]!
  for (let index = 0; index < values.length; index++) {
    markup += rendered(values[index], contexts[index]!) + parts[index + 1]!
  }
  return new SafeMarkup(markup)
}

/** Marks a string as safe markup, without a check. Use it for sanitised markup and constants, never for input. */
export function raw(markup: string): Html {
  return new SafeMarkup(markup)
}

/**
 * Renders attributes to insert in a tag, each with a space before it:
 * `<input${attributes({ name, required: true, 'aria-invalid': error && 'true' })}>`.
 * `true` renders only the name; `false`, `null` and `undefined` omit the attribute.
 *
 * @throws TypeError for an invalid name
 */
export function attributes(values: Record<string, string | number | boolean | null | undefined>): Attributes {
  let markup = ''
  for (const name in values) {
    const value = values[name]
    if (value === undefined || value === null || value === false) continue
    if (!ATTRIBUTE_NAME.test(name))
      throw new TypeError(`Rename the attribute ${JSON.stringify(name)}: it is not a valid name`)
    markup += value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`
  }
  return new TagAttributes(markup)
}

const ATTRIBUTE_NAME = /^[a-z][a-z0-9_:.-]*$/i

function rendered(value: HtmlValue, context: PlaceholderContext): string {
  if (typeof value === 'string' && context !== 'tag')
    return escapeHtml(context === 'text' ? isolateBidi(value) : value)
  if (value === null || value === undefined || value === false) return ''
  if (context === 'tag') {
    if (value instanceof TagAttributes) return value.toString()
    throw new TypeError('Pass attributes({ … }) inside a tag: text and markup are not safe there')
  }
  if (typeof value === 'number') return String(value)
  if (value instanceof SafeMarkup) {
    if (context === 'text') return value.toString()
    throw new TypeError('Pass text to an attribute value: markup would not be read as markup there')
  }
  if (Array.isArray(value)) {
    let markup = ''
    for (const item of value) markup += rendered(item, context)
    return markup
  }
  throw new TypeError(`Pass text, numbers, Html or arrays of them to a template, not ${typeof value}`)
}

const UNSAFE = /[&<>"']/

/** Escapes text for element content and quoted attribute values. */
export function escapeHtml(text: string): string {
  // Fast path: most strings have nothing to escape
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

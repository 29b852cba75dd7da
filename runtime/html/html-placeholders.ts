/**
 * The context of a placeholder in a template literal: `text` between tags, `value` in a quoted attribute value, or `tag`
 * between the attributes of a tag. Escaping makes a string safe in the first two; a tag takes only whole attributes.
 */
export type PlaceholderContext = 'text' | 'value' | 'tag'

type State =
  | 'text'
  | 'tag start'
  | 'tag name'
  | 'in tag'
  | 'attribute name'
  | 'after attribute name'
  | 'after equals'
  | 'unquoted value'
  | 'double quotes'
  | 'single quotes'
  | 'comment'
  | 'script or style'

const CONTEXT_IN_STATE: Partial<Record<State, PlaceholderContext>> = {
  text: 'text',
  'double quotes': 'value',
  'single quotes': 'value',
  'tag name': 'tag',
  'in tag': 'tag',
  'after attribute name': 'tag',
}

const ADVICE_IN_STATE: Partial<Record<State, string>> = {
  'tag start': 'Write the name of the tag into the template',
  'attribute name': 'Pass whole attributes with attributes({ … })',
  'after equals': 'Quote the attribute value',
  'unquoted value': 'Quote the attribute value',
  comment: 'Take the value out of the comment',
  'script or style': 'Pass the value in a data attribute instead of a script or style',
}

/**
 * Finds the contexts of the placeholders between the literal parts of a template, in order. It parses every character,
 * so call it once per template, not once per rendering.
 *
 * @throws TypeError when no value is safe at a placeholder, and when the template ends inside a tag, quote, comment or
 * script, because the markup after the template would become part of it
 */
export function placeholderContexts(parts: readonly string[]): PlaceholderContext[] {
  const contexts: PlaceholderContext[] = []
  let state: State = 'text'
  // Of the latest tag, in lower case; a closing tag's name begins with `/`. Ends with the space or `>` after the name
  let tagName = ''
  for (const [index, part] of parts.entries()) {
    for (let at = 0; at < part.length; at++) {
      const char = part[at]!
      if (state === 'tag start') tagName = ''
      if (state === 'tag start' || state === 'tag name') tagName += char.toLowerCase()
      state = stateAfter(state, char, tagName, part, at)
    }
    if (index === parts.length - 1) break
    const context = CONTEXT_IN_STATE[state]
    if (context === undefined) {
      throw new TypeError(
        `${ADVICE_IN_STATE[state]}: no value is safe after ${JSON.stringify(part.slice(-40))}`,
      )
    }
    contexts.push(context)
    // Rendered attributes begin with a space, which ends the name before them
    if (context === 'tag') state = 'in tag'
  }
  if (state !== 'text') {
    throw new TypeError(
      `Close what the template opens: a tag, quote, comment or script is open after ${JSON.stringify(parts.at(-1)!.slice(-40))}`,
    )
  }
  return contexts
}

/** The state after the character `char`, which is at the index `at` of `part`. */
function stateAfter(state: State, char: string, tagName: string, part: string, at: number): State {
  switch (state) {
    case 'text':
      return char === '<' ? 'tag start' : 'text'
    case 'tag start':
      if (char === '<') return 'tag start'
      return /[a-z/!]/i.test(char) ? 'tag name' : 'text'
    case 'tag name':
      if (tagName === '!--') return 'comment'
      if (char === '>') return afterTag(tagName)
      return isSpace(char) ? 'in tag' : 'tag name'
    case 'in tag':
      if (char === '>') return afterTag(tagName)
      return isSpace(char) || char === '/' ? 'in tag' : 'attribute name'
    case 'attribute name':
    case 'after attribute name':
      if (char === '>') return afterTag(tagName)
      if (char === '=') return 'after equals'
      if (char === '/') return 'in tag'
      if (isSpace(char)) return 'after attribute name'
      return 'attribute name'
    case 'after equals':
      if (char === '"') return 'double quotes'
      if (char === "'") return 'single quotes'
      if (char === '>') return afterTag(tagName)
      return isSpace(char) ? 'after equals' : 'unquoted value'
    case 'unquoted value':
      if (char === '>') return afterTag(tagName)
      return isSpace(char) ? 'in tag' : 'unquoted value'
    case 'double quotes':
      return char === '"' ? 'in tag' : 'double quotes'
    case 'single quotes':
      return char === "'" ? 'in tag' : 'single quotes'
    case 'comment':
      return part.endsWith('-->', at + 1) ? 'text' : 'comment'
    case 'script or style':
      // 20 characters hold the longest closing tag, with some spaces before its `>`
      return /<\/(?:script|style)\s*>$/i.test(part.slice(Math.max(0, at - 20), at + 1)) ? 'text' : state
  }
}

function afterTag(tagName: string): State {
  return /^(?:script|style)[\s>]?$/.test(tagName) ? 'script or style' : 'text'
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\f'
}

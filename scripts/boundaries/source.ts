/** An import, a re-export or an `import()`, with the path or package that it names. */
export interface Import {
  specifier: string
  line: number
}

/** A tagged template literal, without the code of its placeholders. */
export interface TaggedTemplate {
  tag: string
  text: string
  line: number
}

/** The parts of a TypeScript file that the boundary rules check. */
export interface Source {
  /** The text with comments, strings, templates and regular expressions replaced by spaces of the same length. */
  code: string
  /** The text with only comments replaced by spaces. */
  withStrings: string
  imports: Import[]
  templates: TaggedTemplate[]
}

const IMPORT = /\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g
/** The tag at the end of the code before a template literal, with or without type arguments. */
const TAG = /([\w.]*\w)\s*(?:<[^`]{0,400}>)?\s*$/

/** Parses a source just enough to check imports and SQL: comments, strings, templates and regular expressions. */
export function readSource(text: string): Source {
  const scan = scanText(text)
  const withStrings = blank(text, scan.comments)
  const code = blank(withStrings, scan.quoted)
  return {
    code,
    withStrings,
    // Without matches inside strings: there, `code` has spaces in place of the keyword
    imports: [...withStrings.matchAll(IMPORT)]
      .filter((match) => code.startsWith(match[0].slice(0, 4), match.index))
      .map((match) => ({ specifier: match[2]!, line: lineAt(text, match.index) })),
    templates: scan.templates,
  }
}

/** The line of a position, counted from 1. */
export function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}

type Range = [from: number, to: number]

interface Scan {
  comments: Range[]
  quoted: Range[]
  templates: TaggedTemplate[]
}

function scanText(text: string): Scan {
  const scan: Scan = { comments: [], quoted: [], templates: [] }
  scanCode(text, 0, scan)
  return scan
}

/** Scans code to its end, or to the brace that closes the placeholder it is in. Returns the position where it stopped. */
function scanCode(text: string, from: number, scan: Scan): number {
  const isPlaceholder = from > 0
  let depth = 0
  let at = from
  while (at < text.length) {
    const character = text[at]!
    const pair = text.slice(at, at + 2)
    if (pair === '//' || pair === '/*') {
      const close = pair === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2)
      const end = close === -1 ? text.length : pair === '//' ? close : close + 2
      scan.comments.push([at, end])
      at = end
    } else if (character === "'" || character === '"') {
      const end = endOfString(text, at, character)
      scan.quoted.push([at, end])
      at = end
    } else if (character === '/' && startsRegExp(text, at)) {
      const end = endOfRegExp(text, at)
      scan.quoted.push([at, end])
      at = end
    } else if (character === '`') {
      at = scanTemplate(text, at, scan)
    } else if (character === '}' && depth === 0 && isPlaceholder) {
      return at
    } else {
      if (character === '{') depth++
      if (character === '}') depth--
      at++
    }
  }
  return at
}

/** Scans the template literal at `start`. In its text, NUL and the line breaks of the code replace each placeholder. */
function scanTemplate(text: string, start: number, scan: Scan): number {
  const tag = TAG.exec(text.slice(Math.max(0, start - 500), start))?.[1]
  let parts = ''
  let from = start + 1
  let at = start + 1
  while (at < text.length && text[at] !== '`') {
    if (text[at] === '\\') at += 2
    else if (text.startsWith('${', at)) {
      parts += `${text.slice(from, at)}\u0000`
      scan.quoted.push([from, at])
      const placeholder = at + 2
      at = scanCode(text, placeholder, scan) + 1
      parts += '\n'.repeat(text.slice(placeholder, at).split('\n').length - 1)
      from = at
    } else at++
  }
  parts += text.slice(from, at)
  scan.quoted.push([from, at])
  if (tag) scan.templates.push({ tag, text: parts, line: lineAt(text, start) })
  return at + 1
}

function endOfString(text: string, start: number, quote: string): number {
  let at = start + 1
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** After a value a slash is a division; elsewhere it starts a regular expression. */
function startsRegExp(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 12), at).trimEnd()
  return before === '' || /(?:[(,=:[!&|?{};+>]|\breturn|\btypeof)$/.test(before)
}

function endOfRegExp(text: string, start: number): number {
  let inClass = false
  let at = start + 1
  for (; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
    else if (text[at] === '/' && !inClass) break
  }
  return at + 1
}

function blank(text: string, ranges: Range[]): string {
  let result = ''
  let at = 0
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    result += text.slice(at, from) + text.slice(from, to).replace(/[^\n]/g, ' ')
    at = to
  }
  return result + text.slice(at)
}

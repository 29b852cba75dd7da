/** An import, also a re-export or `import()`, with the path or package that it names. */
export interface Import {
  specifier: string
  line: number
}

/** A template literal with a tag, its holes left out. */
export interface TaggedTemplate {
  tag: string
  text: string
  line: number
}

/** What the boundary rules see of a TypeScript file. */
export interface Source {
  /** The text with comments, strings and templates blanked: the same length and the same lines. */
  code: string
  /** The text with only comments blanked. */
  withStrings: string
  imports: Import[]
  templates: TaggedTemplate[]
}

const IMPORT = /\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g
const TAG = /([\w.]*\w)\s*(?:<[^`]{0,400}>)?\s*$/

/** Takes a source apart far enough to judge imports and SQL: comments, strings, templates and regular expressions. */
export function readSource(text: string): Source {
  const scan = scanText(text)
  const withStrings = blank(text, scan.comments)
  const code = blank(withStrings, scan.quoted)
  return {
    code,
    withStrings,
    imports: [...withStrings.matchAll(IMPORT)]
      .filter((match) => code.startsWith(match[0].slice(0, 4), match.index))
      .map((match) => ({ specifier: match[2]!, line: lineAt(text, match.index) })),
    templates: scan.templates,
  }
}

/** The line of a position, from 1. */
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

/** Scans code up to the end, or to the brace that closes the template hole it is in. Answers where it stopped. */
function scanCode(text: string, from: number, scan: Scan): number {
  let depth = 0
  let at = from
  while (at < text.length) {
    const here = text[at]!
    const pair = text.slice(at, at + 2)
    if (pair === '//' || pair === '/*') {
      const close = pair === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2
      const end = close < 2 ? text.length : close
      scan.comments.push([at, end])
      at = end
    } else if (here === "'" || here === '"') {
      const end = endOfString(text, at, here)
      scan.quoted.push([at, end])
      at = end
    } else if (here === '/' && startsRegExp(text, at)) {
      const end = endOfRegExp(text, at)
      scan.quoted.push([at, end])
      at = end
    } else if (here === '`') {
      at = scanTemplate(text, at, scan)
    } else if (here === '}' && depth === 0 && from > 0) {
      return at
    } else {
      if (here === '{') depth++
      if (here === '}') depth--
      at++
    }
  }
  return at
}

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
      const hole = at + 2
      at = scanCode(text, hole, scan) + 1
      parts += '\n'.repeat(text.slice(hole, at).split('\n').length - 1)
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

/** A slash divides after a value and opens a regular expression elsewhere. */
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

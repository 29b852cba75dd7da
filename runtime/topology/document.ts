import { type ErrorCode, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** The path of a value in a file: keys and indexes from the root. */
export type Path = readonly (string | number)[]

export interface Mistake {
  path: Path
  /** Counted from 1; undefined when the mistake has no line. */
  line: number | undefined
  /** What is wrong, and what to do. */
  message: string
}

/** The value of a YAML text, and the line of each part of it. */
export interface YamlDocument {
  value: unknown
  /** The line of a path, or of its nearest existing parent. */
  lineOf(path: Path): number | undefined
  /** The syntax errors. If there are any, `value` is undefined. */
  mistakes: Mistake[]
}

/** Messages that replace those of the YAML library, by its error codes. */
const MESSAGES: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'this key is a duplicate: remove one of the two',
  MULTIPLE_DOCS:
    'a second document begins here, but a topology is one document: remove "---" and the documents that are not the topology',
}

/** Parses YAML 1.2, and so JSON too. Never throws: `mistakes` holds the syntax errors. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const mistakes = [...document.errors, ...document.warnings].map(
    ({ pos, code, message }): Mistake => ({
      path: [],
      line: lines.linePos(pos[0]).line,
      message: MESSAGES[code] ?? `not valid YAML: ${message}`,
    }),
  )
  let value: unknown
  try {
    value = mistakes.length === 0 ? document.toJS() : undefined
  } catch (error) {
    mistakes.push({ path: [], line: undefined, message: `not valid YAML: ${(error as Error).message}` })
  }
  return {
    value,
    mistakes,
    lineOf(path) {
      const offset = offsetOf(document.contents, path)
      return offset === undefined ? undefined : lines.linePos(offset).line
    },
  }

  function offsetOf(root: Node | null, path: Path): number | undefined {
    let node: unknown = root
    let offset: number | undefined
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(document)
      let found: Node | undefined
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
        found = pair?.key as Node | undefined
        node = pair?.value
      } else if (isSeq(node)) {
        node = node.items[Number(step)]
        found = node as Node | undefined
      }
      if (!found) break
      offset = found.range?.[0] ?? offset
    }
    return offset
  }
}

/** Formats a path for messages: `processes.shop.modules[2]`. */
export function showPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('')
}

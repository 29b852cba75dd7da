import { type ErrorCode, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** Where in a file something is: keys and indexes from the top. */
export type Path = readonly (string | number)[]

export interface Mistake {
  path: Path
  /** Counted from 1; undefined when it is nowhere in particular. */
  line: number | undefined
  /** What is wrong, and what to do. */
  message: string
}

/** A YAML text as a value that remembers its lines. */
export interface YamlDocument {
  value: unknown
  /** The line of the nearest thing that is there. */
  lineOf(path: Path): number | undefined
  /** Why it is no YAML; `value` is of no use then. */
  mistakes: Mistake[]
}

const IN_OUR_WORDS: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'this key is there already: remove one of the two',
  MULTIPLE_DOCS:
    'a second document begins here: a topology is one. Remove "---" and what does not belong to it',
}

/** Parses a YAML 1.2 (so also a JSON) text. Never throws: what is wrong is in `mistakes`. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const mistakes = [...document.errors, ...document.warnings].map(
    ({ pos, code, message }): Mistake => ({
      path: [],
      line: lines.linePos(pos[0]).line,
      message: IN_OUR_WORDS[code] ?? `no YAML: ${message}`,
    }),
  )
  let value: unknown
  try {
    value = mistakes.length === 0 ? document.toJS() : undefined
  } catch (error) {
    mistakes.push({ path: [], line: undefined, message: `no YAML: ${(error as Error).message}` })
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

/** A path as people write it: `processes.shop.modules[2]`. */
export function showPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('')
}

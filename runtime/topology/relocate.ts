import { Document, isMap, isNode, isScalar, isSeq, parseDocument, visit, type YAMLMap } from 'yaml'
import { nextInternalPort } from './candidate-ports.ts'
import { parseTopology } from './check.ts'
import { checkRelocation, type RequestedRelocation } from './check-relocation.ts'
import type { TopologyOptions } from './resolve.ts'
import { variableOf } from './resolve.ts'
import { withSchemaPath } from './schema-path.ts'
import type { Topology } from './topology.ts'

export interface RelocatedTopology {
  text: string
  /** The topology that the text describes. */
  topology: Topology
  fromProcess: string
  isNewProcess: boolean
  /** Whether the source process was removed because it has no modules left. */
  isSourceRemoved: boolean
}

interface File {
  name: string
  source: string
}

const WRITTEN = ' Written by Pando when '
const FOR_EDITORS = ' yaml-language-server:'

/**
 * Changes the text of a topology file so that modules run in another process. A new process without a requested port
 * gets the best of `candidatePorts`. A process that has no modules left is removed. Comments and order are kept.
 * `before` and `after` are the files of the old and the new text. Throws RelocationRefused with all reasons against the
 * relocation, and TopologyError when the old text is not a valid topology.
 */
export function relocateModules(
  text: string,
  request: RequestedRelocation,
  { before, after }: { before: File; after: File },
  options: TopologyOptions,
): RelocatedTopology {
  const context = { ...options, environment: environmentWith(options.environment, request.database) }
  const topology = parseTopology(text, before, context)
  const { modules, source, existingTarget, database } = checkRelocation(topology, request, context)

  const document = parseEditable(text)
  const processes = document.get('processes') as YAMLMap
  const sourceEntry = processes.get(source.name) as YAMLMap
  if (existingTarget) addModules(processes.get(existingTarget.name) as YAMLMap, document, modules)
  else {
    const port = request.port ?? nextInternalPort(topology)
    const entry = document.createNode({ modules, port, ...(database ? { database } : {}) })
    entry.flow = sourceEntry.flow === true
    for (const { value } of entry.items) if (isSeq(value) || isMap(value)) value.flow = true
    processes.set(document.createNode(request.toProcess), entry)
  }
  const isSourceRemoved = source.modules.length === modules.length
  if (isSourceRemoved) processes.delete(source.name)
  else removeModules(sourceEntry, modules)
  rewriteHeader(document, `${modules.join(', ')} moved to the process "${request.toProcess}"`)

  writeListsTight(document)
  const result = withSchemaPath(document.toString({ lineWidth: 0 }), {
    from: before.source,
    to: after.source,
  })
  return {
    text: result,
    topology: parseTopology(result, after, context),
    fromProcess: source.name,
    isNewProcess: existingTarget === undefined,
    isSourceRemoved,
  }
}

/** Adds the variable that `env:NAME` names, because this process may not have it: `database.url` is its value. */
function environmentWith(
  environment: TopologyOptions['environment'],
  database: RequestedRelocation['database'],
): TopologyOptions['environment'] {
  if (database === undefined || 'name' in database) return environment
  const variable = variableOf(database.from)
  return variable === undefined ? environment : { ...environment, [variable]: database.url }
}

/** Parses a text. Replaces aliases with copies, because a change of an aliased value would change every use of it. */
function parseEditable(text: string): Document {
  const document = parseDocument(text)
  let hasAlias = false
  visit(document, {
    Alias() {
      hasAlias = true
      return visit.BREAK
    },
  })
  if (!hasAlias) return document
  const plain = new Document(document.toJS(), { aliasDuplicateObjects: false })
  plain.commentBefore = headerOf(document).commentBefore ?? null
  return plain
}

function addModules(process: YAMLMap, document: Document, modules: readonly string[]): void {
  const list = process.get('modules')
  // A process with `modules: all` needs no change: it has the modules as soon as no other process lists them.
  if (isSeq(list)) for (const module of modules) list.add(document.createNode(module))
}

function removeModules(process: YAMLMap, modules: readonly string[]): void {
  const list = process.get('modules')
  if (isSeq(list))
    list.items = list.items.filter((item) => !(isScalar(item) && modules.includes(String(item.value))))
}

/**
 * Writes the change at the top, below a line for editors, because the comments in the file may contradict it. Replaces
 * the line about an earlier change.
 */
function rewriteHeader(document: Document, change: string): void {
  const header = headerOf(document)
  const lines = (header.commentBefore?.split('\n') ?? []).filter((line) => !line.startsWith(WRITTEN))
  const forEditors = lines.filter((line) => line.startsWith(FOR_EDITORS))
  const others = lines.filter((line) => !line.startsWith(FOR_EDITORS))
  const written = `${WRITTEN}${change}${others.length > 0 ? '; the comments below are older' : ''}`
  header.commentBefore = [...forEditors, written, ...others].join('\n')
}

/**
 * The node that holds the comment at the top: the first key, or the document when an empty line follows the comment.
 */
function headerOf(document: Document): { commentBefore?: string | null } {
  const { contents } = document
  if (document.commentBefore || !isMap(contents) || contents.flow) return document
  const key = contents.items[0]?.key
  return isNode(key) ? key : document
}

/** Writes lists as `[a, b]`: the library would write `[ a, b ]`, with the spaces that it puts into `{ a: b }`. */
function writeListsTight(document: Document): void {
  visit(document, {
    Seq(_, list) {
      const write = list.toString.bind(list)
      list.toString = (options, ...rest) =>
        write(options && { ...options, flowCollectionPadding: '' }, ...rest)
    },
  })
}

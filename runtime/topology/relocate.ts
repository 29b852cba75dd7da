import {
  Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { parseTopology } from './check.ts'
import { checkRelocation, type TopologyChange } from './check-relocation.ts'
import { freePort } from './free-port.ts'
import type { TopologyOptions } from './resolve.ts'
import { variableOf } from './resolve.ts'
import { withSchemaPath } from './schema-path.ts'
import type { Topology } from './topology.ts'

export interface RelocatedTopology {
  text: string
  /** What the text means. */
  topology: Topology
  fromProcess: string
  isNewProcess: boolean
  /** Whether the process that gave the modules away had no others, and is gone. */
  isSourceRemoved: boolean
}

interface File {
  name: string
  source: string
}

const WRITTEN = ' Written by Pando when '
const FOR_EDITORS = ' yaml-language-server:'

/**
 * Changes the text of a topology file so that modules run in another process. A new process gets a port with room for
 * ten replicas above all others; one that is left without modules is taken out. Comments and order stay. `before`,
 * `after`: where the text is and will be. Throws RelocationRefused with everything that is in the way, and TopologyError
 * when the text is no right topology in the first place.
 */
export function relocateModules(
  text: string,
  change: TopologyChange,
  { before, after }: { before: File; after: File },
  options: TopologyOptions,
): RelocatedTopology {
  const surroundings = { ...options, environment: environmentWith(options.environment, change.database) }
  const topology = parseTopology(text, before, surroundings)
  const { modules, from, target, database } = checkRelocation(topology, change, surroundings)

  const document = parseEditable(text)
  const processes = document.get('processes') as YAMLMap
  const source = processes.get(from.name) as YAMLMap
  if (target) addModules(processes.get(target.name) as YAMLMap, document, modules)
  else {
    const port = change.port ?? freePort(topology)
    const entry = document.createNode({ modules, port, ...(database ? { database } : {}) })
    entry.flow = source.flow === true
    for (const { value } of entry.items) if (isSeq(value) || isMap(value)) value.flow = true
    processes.set(document.createNode(change.toProcess), entry)
  }
  const isSourceRemoved = from.modules.length === modules.length
  if (isSourceRemoved) processes.delete(from.name)
  else removeModules(source, modules)
  rewriteHeader(document, `${modules.join(', ')} moved to the process "${change.toProcess}"`)

  writeListsTight(document)
  const result = withSchemaPath(document.toString({ lineWidth: 0 }), {
    from: before.source,
    to: after.source,
  })
  return {
    text: result,
    topology: parseTopology(result, after, surroundings),
    fromProcess: from.name,
    isNewProcess: target === undefined,
    isSourceRemoved,
  }
}

/** A variable that a new database's address comes from has its value from the asker. */
function environmentWith(
  environment: TopologyOptions['environment'],
  database: TopologyChange['database'],
): TopologyOptions['environment'] {
  if (database === undefined || 'name' in database) return environment
  const variable = variableOf(database.from)
  return variable === undefined ? environment : { ...environment, [variable]: database.url }
}

/** A document without aliases: with them, a change at one place were one at others. */
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
  const list = process.get('modules') as YAMLSeq
  for (const module of modules) list.add(document.createNode(module))
}

function removeModules(process: YAMLMap, modules: readonly string[]): void {
  const list = process.get('modules') as YAMLSeq
  list.items = list.items.filter((item) => !(isScalar(item) && modules.includes(String(item.value))))
}

/** Says on top where the text comes from, as older comments know nothing of the change; behind a line for editors. */
function rewriteHeader(document: Document, what: string): void {
  const header = headerOf(document)
  const lines = (header.commentBefore?.split('\n') ?? []).filter((line) => !line.startsWith(WRITTEN))
  const forEditors = lines.filter((line) => line.startsWith(FOR_EDITORS))
  const others = lines.filter((line) => !line.startsWith(FOR_EDITORS))
  const written = `${WRITTEN}${what}${others.length > 0 ? '; the comments below are older' : ''}`
  header.commentBefore = [...forEditors, written, ...others].join('\n')
}

/** The part that the comment on top belongs to: the first key, unless an empty line is between them. */
function headerOf(document: Document): { commentBefore?: string | null } {
  const { contents } = document
  if (document.commentBefore || !isMap(contents) || contents.flow) return document
  const key = contents.items[0]?.key
  return isNode(key) ? key : document
}

/** Writes `[a, b]` as people do; the library puts blanks inside, as it does for `{ a: b }`. */
function writeListsTight(document: Document): void {
  visit(document, {
    Seq(_, list) {
      const write = list.toString.bind(list)
      list.toString = (context, ...rest) =>
        write(context && { ...context, flowCollectionPadding: '' }, ...rest)
    },
  })
}

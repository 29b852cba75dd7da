import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readSource, type Source } from './source.ts'

/** Files by their path from the project's root, with forward slashes. */
export type Files = ReadonlyMap<string, string>

/** A violation of a rule. The message says how to fix it. */
export interface Violation {
  file: string
  line: number
  message: string
}

/** The facts about a module that the rules use, read from its source. */
export interface ModuleFacts {
  name: string
  /** The modules in its needs.ts. */
  needs: Set<string>
  /** The events in its contract.ts. */
  events: Set<string>
}

/** The parsed sources of the project. */
export interface Tree {
  files: Files
  sources: ReadonlyMap<string, Source>
  modules: ReadonlyMap<string, ModuleFacts>
}

/** The folders with code of the project. */
const FOLDERS = ['modules', 'runtime', 'shared', 'sample', 'cli', 'lab', 'tests', 'bench', 'scripts']

/** Reads the files that the rules check. */
export function readFiles(root: string): Map<string, string> {
  const paths = globSync(
    FOLDERS.flatMap((folder) => [`${folder}/**/*.ts`, `${folder}/**/*.sql`]),
    { cwd: root },
  )
  return new Map(
    paths.sort().map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]),
  )
}

export function readTree(files: Files): Tree {
  const sources = new Map(
    [...files].filter(([path]) => path.endsWith('.ts')).map(([path, text]) => [path, readSource(text)]),
  )
  const modules = new Map<string, ModuleFacts>()
  for (const path of files.keys()) {
    const name = /^modules\/([^/]+)\/contract\.ts$/.exec(path)?.[1]
    if (name) modules.set(name, readModule(name, sources))
  }
  return { files, sources, modules }
}

function readModule(name: string, sources: Map<string, Source>): ModuleFacts {
  const needs = sources.get(`modules/${name}/needs.ts`)
  const contract = sources.get(`modules/${name}/contract.ts`)!
  // The text between the braces of `export const needs = { catalog, orders }`
  const listed = /\bneeds\b[^=]*=\s*\{([^}]*)\}/.exec(needs?.code ?? '')?.[1] ?? ''
  return {
    name,
    needs: new Set(listed.match(/\w+(?=\s*(?:,|:|$))/g)),
    events: new Set([...contract.code.matchAll(/(\w+):\s*event\(/g)].map((match) => match[1]!)),
  }
}

/** The module to which a path belongs. */
export function moduleOf(path: string): string | undefined {
  return /^modules\/([^/]+)\//.exec(path)?.[1]
}

/** Whether a file is a test or a helper of tests. Those may read the tables of their own module and call any module. */
export function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.ts$|(?:^|\/)testing(?:\/|\.ts$)|^tests\//.test(path)
}

/** The path from the project's root of the file that `importer` imports; undefined for a package. */
export function resolveImport(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return join(dirname(importer), specifier).replaceAll('\\', '/')
  return undefined
}

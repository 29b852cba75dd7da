import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readSource, type Source } from './source.ts'

/** Files by their path from the project's root, with forward slashes. */
export type Files = ReadonlyMap<string, string>

/** One broken rule, with what to do about it. */
export interface Violation {
  file: string
  line: number
  message: string
}

/** What the rules know of a module without running it. */
export interface ModuleFacts {
  name: string
  /** Modules that its needs.ts lists. */
  needs: Set<string>
  /** Events that its contract.ts declares. */
  events: Set<string>
}

/** The project as the rules see it. */
export interface Tree {
  files: Files
  sources: ReadonlyMap<string, Source>
  modules: ReadonlyMap<string, ModuleFacts>
}

/** Folders that hold code of the project. */
const FOLDERS = ['modules', 'runtime', 'shared', 'cli', 'lab', 'tests', 'bench', 'scripts']

/** Reads the files that the rules judge. */
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
  const listed = /\bneeds\b[^=]*=\s*\{([^}]*)\}/.exec(needs?.code ?? '')?.[1] ?? ''
  return {
    name,
    needs: new Set(listed.match(/\w+(?=\s*(?:,|:|$))/g)),
    events: new Set([...contract.code.matchAll(/(\w+):\s*event\(/g)].map((match) => match[1]!)),
  }
}

/** The module that a path is in. */
export function moduleOf(path: string): string | undefined {
  return /^modules\/([^/]+)\//.exec(path)?.[1]
}

/** Tests, and what helps only them, may look behind the walls at their own module's rows and call any module. */
export function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.ts$|(?:^|\/)testing(?:\/|\.ts$)|^tests\//.test(path)
}

/** The project's path that an import names; undefined for a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return join(dirname(from), specifier).replaceAll('\\', '/')
  return undefined
}

import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { API_VERSION } from '#runtime/http/documentation.ts'
import { createOpenApi } from '#runtime/http/openapi.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import { runtimeSettings } from '#runtime/process/config.ts'
import { loadModules, MODULES_DIRECTORY } from '#runtime/process/modules.ts'
import { editorSchema } from '#runtime/topology/schema.ts'
import { apiPage } from './api-page.ts'
import { withOutputs } from './console-examples.ts'
import { modulesPage } from './modules-page.ts'
import { withRelocationSteps } from './relocation-steps.ts'
import { samplePictures } from './sample-pictures.ts'
import { settingsPage } from './settings-page.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SPLIT_AND_MERGE = 'docs/split-and-merge.md'
const PICTURES = 'sample/pictures'
const TOPOLOGIES = 'docs/topologies.md'

/**
 * Generates all documents from the code, and the pictures of the sample catalogue. Returns their texts by path from the
 * project's root; undefined for a file that must not exist any more.
 */
export async function generateDocuments(): Promise<Map<string, string | undefined>> {
  const loaded = await loadModules()
  const modules = loaded.toSorted((a, b) => a.contract.name.localeCompare(b.contract.name, 'en'))
  const documented = modules.map((definition) => ({ definition, tables: tablesOf(definition) }))
  const pictures = samplePictures(read('sample/catalogue.csv'), readdirSync(join(ROOT, PICTURES)))
  return new Map<string, string | undefined>([
    ['docs/api/openapi.json', openApi(modules)],
    ['docs/api/README.md', apiPage(modules)],
    ['docs/modules.md', modulesPage(documented)],
    ['docs/settings.md', settingsPage(modules)],
    ['docs/topology.schema.json', editorSchemaText(modules)],
    [SPLIT_AND_MERGE, withRelocationSteps(read(SPLIT_AND_MERGE))],
    ...[...pictures].map(([file, svg]) => [`${PICTURES}/${file}`, svg] as const),
    [TOPOLOGIES, await withOutputs(read(TOPOLOGIES))],
  ])
}

/** The paths of the documents on disk that differ from the generated ones, are missing, or must not exist. */
export function findStale(
  documents: ReadonlyMap<string, string | undefined>,
  read: (path: string) => string | undefined,
): string[] {
  return [...documents].filter(([path, text]) => read(path) !== text).map(([path]) => path)
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function editorSchemaText(modules: readonly ModuleDefinition[]): string {
  return `${JSON.stringify(editorSchema(modules.map(({ contract }) => contract.name)), null, 2)}\n`
}

function openApi(modules: readonly ModuleDefinition[]): string {
  const methods = modules.flatMap(({ contract }) =>
    Object.entries(contract.methods)
      .filter(([, spec]) => spec.rest)
      .map(([name, spec]) => ({ id: `${contract.name}.${name}`, name, spec })),
  )
  const port = runtimeSettings.PANDO_PORT.default
  return `${JSON.stringify(createOpenApi(methods, `http://localhost:${port}`, API_VERSION), null, 2)}\n`
}

function tablesOf({ contract }: ModuleDefinition): string[] {
  const directory = join(MODULES_DIRECTORY, contract.name, 'migrations')
  const sql = globSync('*.sql', { cwd: directory })
    .sort()
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('\n')
  const names = [...sql.matchAll(/^\s*create (?:unlogged )?table (?:if not exists )?(\w+\.\w+)/gim)]
  return names.map((match) => match[1]!)
}

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { API_VERSION } from '#runtime/http/documentation.ts'
import { createOpenApi } from '#runtime/http/openapi.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import { runtimeSettings } from '#runtime/process/config.ts'
import { loadModules, MODULES_DIRECTORY } from '#runtime/process/modules.ts'
import { editorSchema } from '#runtime/topology/schema.ts'
import { apiPage } from './api-page.ts'
import { modulesPage } from './modules-page.ts'
import { withRelocationSteps } from './relocation-steps.ts'
import { settingsPage } from './settings-page.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SPLIT_AND_MERGE = 'docs/split-and-merge.md'

/** Generates all documents from the code. Returns their texts by path from the project's root. */
export async function generateDocuments(): Promise<Map<string, string>> {
  const loaded = await loadModules()
  const modules = loaded.toSorted((a, b) => a.contract.name.localeCompare(b.contract.name, 'en'))
  const documented = modules.map((definition) => ({ definition, tables: tablesOf(definition) }))
  return new Map([
    ['docs/api/openapi.json', openApi(modules)],
    ['docs/api/README.md', apiPage(modules)],
    ['docs/modules.md', modulesPage(documented)],
    ['docs/settings.md', settingsPage(modules)],
    ['docs/topology.schema.json', editorSchemaText(modules)],
    [SPLIT_AND_MERGE, withRelocationSteps(readFileSync(join(ROOT, SPLIT_AND_MERGE), 'utf8'))],
  ])
}

/** The paths of the documents on disk that differ from the generated ones or are missing. */
export function findStale(
  documents: ReadonlyMap<string, string>,
  read: (path: string) => string | undefined,
): string[] {
  return [...documents].filter(([path, text]) => read(path) !== text).map(([path]) => path)
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

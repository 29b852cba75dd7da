import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Contract } from '../contract/contract.ts'
import { schemaNameProblem } from '../database/schema-name.ts'
import type { ModuleDefinition } from '../module/define.ts'

/** The folder of the modules, with one folder for each. */
export const MODULES_DIRECTORY = fileURLToPath(new URL('../../modules', import.meta.url))

/** The modules inside of an artefact of `pando build`, which has no files to import. */
export interface BundledModules {
  contracts: readonly Contract[]
  modules: readonly ModuleDefinition[]
}

let bundled: BundledModules | undefined

/** Makes the functions below return these contracts and modules, instead of importing them from files. */
export function provideModules(modules: BundledModules): void {
  bundled = modules
}

/** Whether this process runs an artefact of `pando build`. */
export function isBundled(): boolean {
  return bundled !== undefined
}

/** The modules of the artefact of `pando build`; undefined in the source tree, which has all modules. */
export function bundledModules(): string[] | undefined {
  return bundled?.modules.map(({ contract }) => contract.name)
}

/** The names of the modules in a folder: of its folders with a contract or a module. */
export function listModules(directory = MODULES_DIRECTORY): string[] {
  return readdirSync(directory)
    .filter((name) => ['contract.ts', 'module.ts'].some((file) => existsSync(join(directory, name, file))))
    .sort()
}

/**
 * Imports modules and all that they need, in the order of their needs. `names`: the modules to import; default: all.
 */
export async function loadModules(
  names?: readonly string[],
  directory = MODULES_DIRECTORY,
): Promise<ModuleDefinition[]> {
  const loaded = new Map<string, ModuleDefinition>()
  for (const name of names ?? listModules(directory)) await load(name, [])
  return [...loaded.values()]

  async function load(name: string, path: string[]): Promise<void> {
    if (path.includes(name)) {
      throw new Error(
        `Cannot load the modules: their needs form a circle (${[...path, name].join(' -> ')}). Remove one of these needs from its needs.ts`,
      )
    }
    if (loaded.has(name)) return
    const definition = await importModule(name, directory)
    for (const need of Object.values(definition.needs)) await load(need.name, [...path, name])
    checkDefinition(name, definition)
    loaded.set(name, definition)
  }
}

/** Imports only these modules: those that they need are in other processes. */
export async function loadHosted(
  names: readonly string[],
  directory = MODULES_DIRECTORY,
): Promise<ModuleDefinition[]> {
  const definitions = await Promise.all(names.map((name) => importModule(name, directory)))
  for (const [index, name] of names.entries()) checkDefinition(name, definitions[index]!)
  return definitions
}

async function importModule(name: string, directory: string): Promise<ModuleDefinition> {
  if (bundled) return bundledModule(name, bundled)
  const { definition } = (await importFile(name, 'module.ts', directory)) as { definition?: ModuleDefinition }
  if (!definition?.contract)
    throw new Error(`Cannot load the module "${name}": modules/${name}/module.ts exports no "definition"`)
  return definition
}

async function importFile(name: string, file: string, directory: string): Promise<object> {
  const path = join(directory, name, file)
  if (!existsSync(path)) {
    throw new Error(
      `Cannot load the module "${name}": there is no modules/${name}/${file}. The modules are ${listModules(directory).join(', ')}`,
    )
  }
  return import(pathToFileURL(path).href)
}

function bundledModule(name: string, { modules }: BundledModules): ModuleDefinition {
  const found = modules.find((module) => module.contract.name === name)
  if (found) return found
  const names = modules.map((module) => module.contract.name).join(', ')
  throw new Error(
    `Cannot load the module "${name}": this artefact contains only ${names}. Build one for this process in the present topology`,
  )
}

/**
 * Imports the contracts of all modules without their code: a process knows all contracts, but runs only its own
 * modules.
 */
export async function loadContracts(directory = MODULES_DIRECTORY): Promise<Contract[]> {
  if (bundled) return [...bundled.contracts]
  return Promise.all(
    listModules(directory).map(async (name) => {
      const exported = Object.values(await importFile(name, 'contract.ts', directory))
      const found = exported.find((each) => (each as Partial<Contract> | null)?.name === name)
      if (!found)
        throw new Error(
          `Cannot load the module "${name}": modules/${name}/contract.ts exports no contract named "${name}"`,
        )
      return found as Contract
    }),
  )
}

/** Checks what types cannot: names, reactions and the events they declare, pages, the needs of workflows, and jobs. */
function checkDefinition(name: string, definition: ModuleDefinition): void {
  const problems: string[] = []
  if (definition.contract.name !== name)
    problems.push(`module.ts has the contract of "${definition.contract.name}": use the one in contract.ts`)
  const unusable = schemaNameProblem(name)
  if (unusable) problems.push(`its name, which is also the name of its schema, ${unusable}`)
  for (const event of Object.keys(definition.reactions)) {
    const [emitter = '', eventName = ''] = event.split('.')
    const contract = Object.values(definition.needs).find((need) => need.name === emitter)
    if (!contract)
      problems.push(`it reacts to ${event}, but needs.ts does not list "${emitter}": add it there`)
    else if (!contract.events[eventName])
      problems.push(`it reacts to ${event}, but ${emitter} emits no such event`)
  }
  if (definition.contract.pages !== definition.pages.length > 0)
    problems.push('"pages" in its contract.ts must be true if, and only if, module.ts has pages')
  const declared = definition.contract.reactsTo
  for (const event of Object.keys(definition.reactions).filter((each) => !declared.includes(each)))
    problems.push(`it reacts to ${event}, but "reactsTo" in its contract.ts does not list it: add it there`)
  for (const event of declared.filter((each) => !definition.reactions[each]))
    problems.push(`"reactsTo" in its contract.ts lists ${event}, but module.ts has no reaction to it`)
  for (const workflow of definition.workflows) {
    for (const step of workflow.steps as { module: string; name: string }[]) {
      if (
        step.module !== name &&
        !Object.values(definition.needs).some((need) => need.name === step.module)
      ) {
        problems.push(
          `step "${step.name}" of workflow ${workflow.name} calls "${step.module}", which needs.ts does not list`,
        )
      }
    }
  }
  for (const job of definition.jobs) {
    if (definition.contract.methods[job.method]?.kind !== 'command')
      problems.push(`its job "${job.method}" is not one of its commands`)
  }
  if (problems.length > 0)
    throw new Error(`Cannot load the module "${name}":\n${problems.map((each) => `  - ${each}`).join('\n')}`)
}

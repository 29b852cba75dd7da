import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Contract } from '../contract/contract.ts'
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

/** The modules of the artefact of `pando build`; undefined in a checkout, which has all modules. */
export function bundledModules(): string[] | undefined {
  return bundled?.modules.map(({ contract }) => contract.name)
}

/** The names of the modules in a folder. */
export function listModules(directory = MODULES_DIRECTORY): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, 'module.ts')))
    .map((entry) => entry.name)
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
    checkDefinition(definition)
    loaded.set(name, definition)
  }
}

/** Imports only these modules: those that they need are in other processes. */
export async function loadHosted(
  names: readonly string[],
  directory = MODULES_DIRECTORY,
): Promise<ModuleDefinition[]> {
  const definitions = await Promise.all(names.map((name) => importModule(name, directory)))
  for (const definition of definitions) checkDefinition(definition)
  return definitions
}

async function importModule(name: string, directory: string): Promise<ModuleDefinition> {
  if (bundled) return bundledModule(name, bundled)
  const file = join(directory, name, 'module.ts')
  if (!existsSync(file)) {
    throw new Error(
      `Cannot load the module "${name}": there is no modules/${name}/module.ts. The modules are ${listModules(directory).join(', ')}`,
    )
  }
  const { definition } = (await import(pathToFileURL(file).href)) as { definition: ModuleDefinition }
  return definition
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
    listContracts(directory).map(async (name) => {
      const file = join(directory, name, 'contract.ts')
      const exported = Object.values((await import(pathToFileURL(file).href)) as object)
      const found = exported.find((each) => (each as Partial<Contract> | null)?.name === name)
      if (!found) throw new Error(`Cannot load ${file}: it exports no contract named "${name}"`)
      return found as Contract
    }),
  )
}

function listContracts(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => existsSync(join(directory, name, 'contract.ts')))
    .sort()
}

/** Checks what types cannot: reactions and the events they declare, pages, the needs of workflows, and jobs. */
function checkDefinition(definition: ModuleDefinition): void {
  const { name } = definition.contract
  const problems: string[] = []
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

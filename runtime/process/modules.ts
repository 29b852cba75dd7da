import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Contract } from '../contract/contract.ts'
import type { ModuleDefinition } from '../module/define.ts'

/** Where the modules are: one folder each. */
export const MODULES_DIRECTORY = fileURLToPath(new URL('../../modules', import.meta.url))

/** What an artefact of `pando build` brings along, in place of files to import. */
export interface BundledModules {
  contracts: readonly Contract[]
  modules: readonly ModuleDefinition[]
}

let bundled: BundledModules | undefined

/** From now on these are all contracts and modules that there are. */
export function provideModules(modules: BundledModules): void {
  bundled = modules
}

/** Whether this is an artefact of `pando build`. */
export function isBundled(): boolean {
  return bundled !== undefined
}

/** The modules that an artefact of `pando build` has; undefined where all of a checkout can be hosted. */
export function bundledModules(): string[] | undefined {
  return bundled?.modules.map(({ contract }) => contract.name)
}

/** Names of the modules on disk. */
export function listModules(directory = MODULES_DIRECTORY): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, 'module.ts')))
    .map((entry) => entry.name)
    .sort()
}

/** Imports modules, the needed before those that need them. `names`: all unless told; what they need comes along. */
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
        `Cannot load the modules: their needs go round in a circle (${[...path, name].join(' -> ')}). Take one of them out of a needs.ts`,
      )
    }
    if (loaded.has(name)) return
    const definition = await importModule(name, directory)
    for (const need of Object.values(definition.needs)) await load(need.name, [...path, name])
    checkDefinition(definition)
    loaded.set(name, definition)
  }
}

/** Imports these modules and no others: what they need is in other processes. */
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
      `Cannot load the module "${name}": there is no modules/${name}/module.ts. There are: ${listModules(directory).join(', ')}`,
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
    `Cannot load the module "${name}": this artefact has ${names} only. Build one for the process that the topology has now`,
  )
}

/** Imports the contracts of all modules, and nothing else of them: what a process knows of those that it does not run. */
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

/** Finds what the types cannot: reactions to events that are not declared, jobs that are no commands. */
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
    problems.push(`it reacts to ${event}, but "reactsTo" in its contract.ts does not list that: add it there`)
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

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ModuleDefinition } from '../module/define.ts'

/** Where the modules are: one folder each. */
export const MODULES_DIRECTORY = fileURLToPath(new URL('../../modules', import.meta.url))

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
  const onDisk = listModules(directory)
  const loaded = new Map<string, ModuleDefinition>()
  for (const name of names ?? onDisk) await load(name, [])
  return [...loaded.values()]

  async function load(name: string, path: string[]): Promise<void> {
    if (path.includes(name)) {
      throw new Error(
        `Cannot load the modules: their needs go round in a circle (${[...path, name].join(' -> ')}). Take one of them out of a needs.ts`,
      )
    }
    if (loaded.has(name)) return
    if (!onDisk.includes(name)) {
      throw new Error(
        `Cannot load the module "${name}": there is no modules/${name}/module.ts. There are: ${onDisk.join(', ')}`,
      )
    }
    const { definition } = (await import(pathToFileURL(join(directory, name, 'module.ts')).href)) as {
      definition: ModuleDefinition
    }
    for (const need of Object.values(definition.needs)) await load(need.name, [...path, name])
    checkDefinition(definition)
    loaded.set(name, definition)
  }
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

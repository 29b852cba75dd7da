import type { ModuleDefinition, Setting } from '#runtime/module/define.ts'
import { allSettings, runtimeSettings } from '#runtime/process/config.ts'
import { GENERATED, table } from './markdown.ts'

const INTRODUCTION = `# Settings

All settings are environment variables. With invalid values a start fails and reports all mistakes in one message.
\`npx pando doctor\` lists the settings with their values on this machine (secrets hidden).`

/** The page of all environment variables, with the modules that read them. */
export function settingsPage(modules: readonly ModuleDefinition[]): string {
  const all = Object.entries(allSettings(modules))
  const rows = all
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([name, setting]) => [`\`${name}\``, defaultOf(setting), setting.summary, readersOf(name, modules)])
  return `${GENERATED}${INTRODUCTION}\n\n${table(['variable', 'default', 'meaning', 'read by'], rows)}\n`
}

function defaultOf(setting: Setting): string {
  return setting.default === undefined ? 'unset' : `\`${setting.default}\``
}

function readersOf(name: string, modules: readonly ModuleDefinition[]): string {
  const readers = modules.filter((module) => name in module.settings).map((module) => module.contract.name)
  return [...(name in runtimeSettings ? ['runtime'] : []), ...readers].join(', ')
}

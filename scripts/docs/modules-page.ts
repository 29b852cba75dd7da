import type { MethodSpec } from '#runtime/contract/contract.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import { GENERATED, table } from './markdown.ts'

/** A module with the tables that its migrations create. */
export interface DocumentedModule {
  definition: ModuleDefinition
  tables: string[]
}

/** The page of all modules, with their tables, needs, methods and events. */
export function modulesPage(modules: readonly DocumentedModule[]): string {
  const overview = table(
    ['module', 'summary', 'needs', 'tables'],
    modules.map(({ definition, tables }) => [
      `[${definition.contract.name}](#${definition.contract.name})`,
      definition.contract.summary,
      needsOf(definition).join(', ') || '-',
      tables.join(', ') || '-',
    ]),
  )
  const sections = modules.map(section)
  const graph = [
    '```mermaid',
    'flowchart TD',
    ...modules.flatMap(({ definition }) => edges(definition)),
    '```',
  ].join('\n')
  return `${[`${GENERATED}# The modules`, overview, graph, ...sections].join('\n\n')}\n`
}

function edges(definition: ModuleDefinition): string[] {
  return needsOf(definition).map((need) => `  ${definition.contract.name} --> ${need}`)
}

function needsOf(definition: ModuleDefinition): string[] {
  return Object.values(definition.needs)
    .map((need) => need.name)
    .sort()
}

function section({ definition, tables }: DocumentedModule): string {
  const { contract } = definition
  return [
    `## ${contract.name}`,
    `${contract.summary}. Contract version ${contract.version}, code in \`modules/${contract.name}/\`.`,
    facts(definition, tables),
    table(
      ['method', 'kind', 'access', 'route', 'summary'],
      Object.entries(contract.methods).map(([name, spec]) => [
        `\`${name}\``,
        spec.kind + (spec.outside ? ', calls an outside provider' : ''),
        spec.access,
        routeOf(spec),
        spec.summary,
      ]),
    ),
    table(
      ['event', 'ordering key', 'what happened'],
      Object.entries(contract.events).map(([name, spec]) => [
        `\`${name}\``,
        `\`${spec.aggregate}\``,
        spec.summary,
      ]),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function facts(definition: ModuleDefinition, tables: string[]): string {
  const jobs = definition.jobs.map((job) => `\`${job.method}\` every ${seconds(job.everyMs)}`)
  const lines = [
    ['Needs', needsOf(definition)],
    ['Tables', tables.map((name) => `\`${name}\``)],
    ['Reacts to', Object.keys(definition.reactions).map((name) => `\`${name}\``)],
    ['Workflows', definition.workflows.map((workflow) => describeWorkflow(workflow))],
    ['Jobs', jobs],
    ['Pages', definition.pages.length > 0 ? [`${definition.pages.length} routes`] : []],
    ['Commits', definition.durability === 'relaxed' ? ['do not wait for the disk'] : []],
  ] as [string, string[]][]
  return lines
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `- ${name}: ${values.join(', ')}`)
    .join('\n')
}

function describeWorkflow(workflow: ModuleDefinition['workflows'][number]): string {
  const steps = workflow.steps as unknown as { module: string; method: string }[]
  return `\`${workflow.name}\` (${steps.map((step) => `${step.module}.${step.method}`).join(' → ')})`
}

function seconds(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`
}

function routeOf({ rest }: MethodSpec): string {
  return rest ? `\`${rest.method} ${rest.path}\`` : ''
}

import type { Command } from 'commander'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import type { AnyWorkflow } from '#runtime/module/workflow.ts'
import { loadContracts, loadModules } from '#runtime/process/modules.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { type PlannedSegment, planWorkflow, type WorkflowPlan } from '#runtime/topology/workflow-plan.ts'
import { countOf } from '#shared/text.ts'
import { chosenTopology } from './support/topology.ts'

/** `pando workflows`: shows how a topology cuts each workflow into database transactions. */
export function addWorkflows(program: Command): void {
  program
    .command('workflows')
    .description('show how a topology cuts each workflow into transactions and calls')
    .option(
      '--topology <name|file>',
      'topology that assigns modules to processes (PANDO_TOPOLOGY; default: the one of the last start, else monolith)',
    )
    .option('--json', 'print the plans as JSON')
    .action(async (options: { topology?: string; json?: boolean }) => {
      const modules = await loadModules()
      const topology = await chosenTopology(options.topology, await loadContracts())
      const plans = planWorkflows(modules, topology)
      console.log(
        options.json
          ? JSON.stringify({ topology: topology.name, workflows: plans }, null, 2)
          : formatPlans(plans),
      )
    })
}

/** The plans of all workflows of the modules. */
export function planWorkflows(modules: readonly ModuleDefinition[], topology: Topology): WorkflowPlan[] {
  const contracts = new Map(modules.map(({ contract }) => [contract.name, contract]))
  return modules.flatMap(({ contract, workflows }) =>
    (workflows as unknown as AnyWorkflow[]).map((workflow) =>
      planWorkflow(
        workflow,
        contract.name,
        topology,
        ({ module, method }) => contracts.get(module)?.methods[method]?.outside ?? false,
      ),
    ),
  )
}

/** The plans as a text for a terminal. */
export function formatPlans(plans: readonly WorkflowPlan[]): string {
  return plans.map(formatPlan).join('\n\n')
}

function formatPlan({ workflow, owner, segments, commits, consistency }: WorkflowPlan): string {
  const widest = Math.max(...segments.flatMap(({ steps }) => steps.map((step) => step.operation.length)))
  const lines = segments.flatMap((segment, index) => [
    `${String(index + 1).padStart(4)}  ${formatKind(segment)}${segment.parallel ? `, in parallel with segment ${index}` : ''}`,
    ...segment.steps.flatMap((step) => [
      `        ${step.operation.padEnd(widest)}${step.undoneBy ? `   undone by ${step.undoneBy}` : ''}`.trimEnd(),
      ...(step.whileWaiting.length > 0 ? [`          while it waits: ${step.whileWaiting.join(', ')}`] : []),
    ]),
  ])
  return [
    `${owner}.${workflow}: ${formatCommits(commits)}`,
    ...lines,
    ...consistency.split(/(?<=\.) /).map((sentence) => `      ${sentence}`),
  ].join('\n')
}

function formatKind({ kind, process, database }: PlannedSegment): string {
  const location = `in the process ${process}, database ${database}`
  if (kind === 'transaction') return `one transaction ${location}`
  if (kind === 'call') return `a journaled call ${location}`
  return `a journaled call to a provider, in no transaction, ${location}`
}

function formatCommits({ work, journal }: WorkflowPlan['commits']): string {
  const commits = countOf(work, 'commit')
  return journal === 0
    ? commits
    : `${commits}, and ${journal} that only ${journal === 1 ? 'writes' : 'write'} the journal`
}

import { Command } from 'commander'
import { VERSION } from '#runtime/process/version.ts'
import { reportError } from './support/report-error.ts'

// In the order of the help. A command's code is loaded only when it runs, so that "start" does not load that of "build".
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  start: async () => (await import('./start.ts')).addStart,
  status: async () => (await import('./status.ts')).addStatus,
  import: async () => (await import('./import.ts')).addImport,
  rules: async () => (await import('./rules.ts')).addRules,
  audit: async () => (await import('./audit.ts')).addAudit,
  events: async () => (await import('./events.ts')).addEvents,
  deploy: async () => (await import('./deploy.ts')).addDeploy,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  scale: async () => (await import('./scale.ts')).addScale,
  split: async () => (await import('./split.ts')).addSplit,
  merge: async () => (await import('./merge.ts')).addMerge,
  migration: async () => (await import('./migration.ts')).addMigration,
  staff: async () => (await import('./staff.ts')).addStaff,
  build: async () => (await import('./build.ts')).addBuild,
  conformance: async () => (await import('./conformance.ts')).addConformance,
  token: async () => (await import('./token.ts')).addToken,
  topology: async () => (await import('./topology.ts')).addTopology,
  workflows: async () => (await import('./workflows.ts')).addWorkflows,
  contracts: async () => (await import('./contracts.ts')).addContracts,
}

const program = new Command('pando')
  .description('A shop that runs as one process, and grows from there')
  .version(VERSION)
  .helpCommand(false)

try {
  const loaders = Object.hasOwn(commands, process.argv[2] ?? '')
    ? [commands[process.argv[2]!]!]
    : Object.values(commands)
  for (const load of loaders) (await load())(program)
  suggestHelp(program, 'pando')
  await program.parseAsync()
} catch (error) {
  reportError(error, { json: process.argv.includes('--json') })
  process.exitCode = 1
}

/** After a misspelt command, option or argument, names the help that lists the valid ones. */
function suggestHelp(command: Command, path: string): void {
  command.showHelpAfterError(`Run "npx ${path} --help" for usage.`)
  for (const each of command.commands) suggestHelp(each, `${path} ${each.name()}`)
}

import { Command } from 'commander'
import { VERSION } from '#runtime/process/version.ts'
import { reportError } from './support/report-error.ts'

// In the order of the help. A verb's code is loaded when it is asked for: a start need not wait for that of a build.
const verbs: Record<string, () => Promise<(program: Command) => void>> = {
  start: async () => (await import('./start.ts')).addStart,
  status: async () => (await import('./status.ts')).addStatus,
  import: async () => (await import('./import.ts')).addImport,
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
  const asked = Object.hasOwn(verbs, process.argv[2] ?? '')
    ? [verbs[process.argv[2]!]!]
    : Object.values(verbs)
  for (const load of asked) (await load())(program)
  nameHelp(program, 'pando')
  await program.parseAsync()
} catch (error) {
  reportError(error, { json: process.argv.includes('--json') })
  process.exitCode = 1
}

/** After a misspelt option or argument, names the help that lists the right ones. */
function nameHelp(command: Command, words: string): void {
  command.showHelpAfterError(`("npx ${words} --help" shows what there is)`)
  for (const each of command.commands) nameHelp(each, `${words} ${each.name()}`)
}

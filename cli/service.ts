import { Command } from 'commander'
import { type BundledModules, provideModules } from '#runtime/process/modules.ts'
import { VERSION } from '#runtime/process/version.ts'
import { findProcess } from '#runtime/topology/topology.ts'
import { startOneProcess } from './start/one-process.ts'
import { readReplica } from './support/read-replica.ts'
import { reportError } from './support/report-error.ts'
import { chosenTopology } from './support/topology.ts'

interface StartOptions {
  topology: string
  process: string
  replica: number
}

/** The command line of an artefact of `pando build`. Its only command starts the artefact's process. */
export async function runService(built: {
  topology: string
  process: string
  bundled: BundledModules
}): Promise<void> {
  const { bundled } = built
  provideModules(bundled)
  const program = new Command('pando')
    .description(`Process "${built.process}" of a Pando shop`)
    .version(VERSION)
  program
    .command('start')
    .description('start the process')
    .option(
      '--topology <name|file>',
      'topology that assigns modules to processes (PANDO_TOPOLOGY)',
      process.env.PANDO_TOPOLOGY || built.topology,
    )
    .option('--process <name>', 'name of the process in the topology', built.process)
    .option('--replica <number>', 'number of this replica of the process, counted from 0', readReplica, 0)
    .action(async ({ topology: option, process: name, replica }: StartOptions) => {
      const topology = await chosenTopology(option, bundled.contracts, [name])
      return startOneProcess(topology, findProcess(topology, name), { replica })
    })
  try {
    await program.parseAsync()
  } catch (error) {
    reportError(error)
    process.exitCode = 1
  }
}

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

/** The command line of an artefact of `pando build`: it starts its process, and does nothing else. */
export async function runService(built: {
  topology: string
  process: string
  bundled: BundledModules
}): Promise<void> {
  const { bundled } = built
  provideModules(bundled)
  const program = new Command('pando')
    .description(`The process "${built.process}" of a shop`)
    .version(VERSION)
  program
    .command('start')
    .description('start the process')
    .option(
      '--topology <name|file>',
      'where all modules are (PANDO_TOPOLOGY)',
      process.env.PANDO_TOPOLOGY || built.topology,
    )
    .option('--process <name>', 'its name in the topology', built.process)
    .option('--replica <number>', 'which replica of the process it is, counted from 0', readReplica, 0)
    .action(async ({ topology: wanted, process: name, replica }: StartOptions) => {
      const topology = await chosenTopology(wanted, bundled.contracts, [name])
      return startOneProcess(topology, findProcess(topology, name), { replica })
    })
  try {
    await program.parseAsync()
  } catch (error) {
    reportError(error)
    process.exitCode = 1
  }
}

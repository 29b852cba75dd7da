import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadContracts } from '#runtime/process/modules.ts'
import { findProcess } from '#runtime/topology/topology.ts'
import { countOf } from '#shared/text.ts'
import { type Artefact, buildArtefact } from './build/artefact.ts'
import { UserError } from './support/report-error.ts'
import { chosenTopology } from './support/topology.ts'

interface Options {
  process: string
  topology?: string
  out?: string
}

/** `pando build`: makes a folder that runs one process of a topology on other machines of the same platform. */
export function addBuild(program: Command): void {
  program
    .command('build')
    .description('build a self-contained folder for one process, with the code of its own modules only')
    .requiredOption('--process <name>', 'name of the process in the topology')
    .option(
      '--topology <name|file>',
      'topology that assigns modules to processes (PANDO_TOPOLOGY; default: the one of the last start, else monolith)',
    )
    .option('--out <folder>', 'output folder; an existing artefact there is replaced (default: dist/PROCESS)')
    .addHelpText(
      'after',
      '\n"node FOLDER/pando.mjs start" runs the process, with the same environment variables as "pando start --process NAME".\nIt needs Node.js 24 or newer on a machine of this platform and, if the process has tables, a PostgreSQL server.',
    )
    .action(async (options: Options) => {
      const began = performance.now()
      const artefact = await buildProcess(options, resolve(options.out ?? `dist/${options.process}`))
      console.log(describeArtefact(artefact, performance.now() - began))
    })
}

/**
 * Builds a process of a topology into a folder. Throws a UserError for a service in another language (a process with a
 * `command`), which has no code of Pando.
 */
export async function buildProcess(
  { topology: option, process: name }: { topology?: string | undefined; process: string },
  folder: string,
): Promise<Artefact> {
  const topology = await chosenTopology(option, await loadContracts())
  const shopProcess = findProcess(topology, name)
  if (shopProcess.command) {
    throw new UserError(
      `Cannot build the process "${name}": it is a service in another language, started with "${shopProcess.command.join(' ')}"`,
    )
  }
  return buildArtefact(topology, shopProcess, folder)
}

/** A line about a new artefact. `ms`: the duration of the build. */
export function describeArtefact({ folder, bytes, modules, packages }: Artefact, ms: number): string {
  const megabytes = (bytes / 1e6).toFixed(1)
  return `Built ${folder} in ${(ms / 1000).toFixed(1)} s: ${megabytes} MB, modules ${modules.join(', ')}, ${countOf(packages, 'package')}`
}

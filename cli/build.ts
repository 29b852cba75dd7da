import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadContracts } from '#runtime/process/modules.ts'
import { findProcess } from '#runtime/topology/topology.ts'
import { type Artefact, buildArtefact } from './build/artefact.ts'
import { UserError } from './support/report-error.ts'
import { chosenTopology } from './support/topology.ts'

interface Options {
  process: string
  topology?: string
  out?: string
}

/** `pando build`: a folder that runs one process of a topology, wherever there is a Node.js. */
export function addBuild(program: Command): void {
  program
    .command('build')
    .description("make a self-contained folder of one process: the code of its modules, and nobody else's")
    .requiredOption('--process <name>', 'its name in the topology')
    .option('--topology <name|file>', 'which modules are in it (PANDO_TOPOLOGY; the last one, else monolith)')
    .option(
      '--out <folder>',
      'where to put it; an artefact that is there is replaced (default: dist/PROCESS)',
    )
    .addHelpText(
      'after',
      '\nThe folder needs nothing but Node.js 24 or newer: "node FOLDER/pando.mjs start" runs the process, with the same\nenvironment variables as "pando start --process NAME".',
    )
    .action(async (options: Options) => {
      const began = performance.now()
      const artefact = await buildProcess(options, resolve(options.out ?? `dist/${options.process}`))
      console.log(describeArtefact(artefact, performance.now() - began))
    })
}

/** Builds a process of a topology into a folder. */
export async function buildProcess(
  { topology: wanted, process: name }: { topology?: string | undefined; process: string },
  folder: string,
): Promise<Artefact> {
  const topology = await chosenTopology(wanted, await loadContracts())
  const own = findProcess(topology, name)
  if (own.command) {
    throw new UserError(
      `Cannot build the process "${name}": it is a service of its own, started by "${own.command.join(' ')}"`,
    )
  }
  return buildArtefact(topology, own, folder)
}

export function describeArtefact({ folder, bytes, modules, packages }: Artefact, ms: number): string {
  const megabytes = (bytes / 1e6).toFixed(1)
  return `Built ${folder} in ${(ms / 1000).toFixed(1)} s: ${megabytes} MB, modules ${modules.join(', ')}, ${packages} packages`
}

import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { artefactName } from './build/artefact.ts'
import { buildProcess, describeArtefact } from './build.ts'
import { changeShop, DETACHED } from './support/change-shop.ts'
import { ARTEFACTS_FOLDER, folderOf } from './support/data-folder.ts'
import { UserError } from './support/report-error.ts'
import { callRunningShop } from './support/running-shop.ts'
import { recordedTopology } from './support/shop-record.ts'

interface Options {
  /** A folder, or true to build one now. */
  build?: string | true
  data?: string
}

/** `pando deploy`: new replicas in the place of those that run. */
export function addDeploy(program: Command): void {
  program
    .command('deploy')
    .description('replace a process of the running shop by what its code is now, with no request lost')
    .argument('<process>', 'its name in the topology')
    .option('--build [folder]', 'run an artefact: the one in this folder, or one that is built now')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText(
      'after',
      `\nA new replica is started and ready, all processes are told of it, and the old one finishes what it has and\nends; one replica after the other. An artefact runs until the shop stops: a start runs the code of\nthe checkout. Exit code: 0 all are new, 1 a new one did not come up: the old one stays, ${DETACHED}.`,
    )
    .action(async (process: string, { build, data }: Options) => {
      const began = performance.now()
      const folder = build === true ? await buildNow(process, data) : build && (await foundIn(build, process))
      const program = folder ? { program: join(folder, 'pando.mjs') } : {}
      await changeShop('deploy', { process, ...program }, data)
      console.log(`${process} is deployed, after ${((performance.now() - began) / 1000).toFixed(1)} s`)
      if (folder) console.log('Until the shop stops: a start runs the code of the checkout')
      if (build === true) await removeOthers(folder!)
    })
}

/** Builds the process as the running shop has it, into the data folder. */
async function buildNow(process: string, data: string | undefined): Promise<string> {
  await callRunningShop('checkDeployable', { process }, { data })
  const dataDirectory = folderOf(data)
  const time = new Date().toISOString().replace(/\D/g, '')
  const folder = join(dataDirectory, ARTEFACTS_FOLDER, process, time)
  const began = performance.now()
  const artefact = await buildProcess({ topology: await recordedTopology(dataDirectory), process }, folder)
  console.log(describeArtefact(artefact, performance.now() - began))
  return folder
}

async function foundIn(folder: string, process: string): Promise<string> {
  const name = await artefactName(folder)
  if (name === process) return resolve(folder)
  throw new UserError(
    `Cannot deploy "${process}" from ${folder}: ${name === undefined ? 'it is no artefact' : `that is an artefact of "${name}"`}. Make one with "pando build --process ${process}", which puts it into dist/${process}`,
  )
}

/** Earlier artefacts of the process, which nobody runs any more. */
async function removeOthers(folder: string): Promise<void> {
  const parent = resolve(folder, '..')
  for (const name of await readdir(parent)) {
    const other = join(parent, name)
    if (other !== folder) await rm(other, { recursive: true, force: true })
  }
}

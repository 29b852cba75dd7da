import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { processOfArtefact } from './build/artefact.ts'
import { buildProcess, describeArtefact } from './build.ts'
import { changeShop, DETACHED } from './support/change-shop.ts'
import { ARTEFACTS_FOLDER, folderOf } from './support/data-folder.ts'
import { UserError } from './support/report-error.ts'
import { callRunningShop } from './support/running-shop.ts'
import { recordedTopology } from './support/shop-record.ts'

interface Options {
  /** The folder of an artefact, or true to build one now. */
  build?: string | true
  data?: string
}

/** `pando deploy`: replaces the running replicas of a process with new ones. */
export function addDeploy(program: Command): void {
  program
    .command('deploy')
    .description('replace a process of the running shop with its current code, without losing a request')
    .argument('<process>', 'name of the process in the topology')
    .option('--build [folder]', 'run an artefact: the one in this folder, or one that is built now')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText(
      'after',
      `\nReplicas are replaced one after the other: a new one starts, all processes switch to it, and the old one finishes\nits requests and exits. An artefact runs until the shop stops: "pando start" runs the code of the source tree.\nExit code: 0 all replicas are new, 1 a new one did not become ready and the old one stays, ${DETACHED}.`,
    )
    .action(async (process: string, { build, data }: Options) => {
      const began = performance.now()
      const folder =
        build === true ? await buildNow(process, data) : build && (await requireArtefact(build, process))
      const artefact = folder ? { program: join(folder, 'pando.mjs') } : {}
      await changeShop('deploy', { process, ...artefact }, data)
      console.log(`${process} deployed in ${((performance.now() - began) / 1000).toFixed(1)} s`)
      if (folder)
        console.log('The artefact runs until the shop stops: "pando start" runs the code of the source tree')
      if (build === true) await removeOtherArtefacts(folder!)
    })
}

/** Builds an artefact of a process of the running shop into the data folder. Returns the artefact's folder. */
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

async function requireArtefact(folder: string, process: string): Promise<string> {
  const name = await processOfArtefact(folder)
  if (name === process) return resolve(folder)
  throw new UserError(
    `Cannot deploy "${process}" from ${folder}: ${name === undefined ? 'it is not an artefact' : `it is an artefact of "${name}"`}. Build one with "pando build --process ${process}", which writes it to dist/${process}`,
  )
}

/** Removes earlier artefacts of the process, which no replica runs any more. */
async function removeOtherArtefacts(folder: string): Promise<void> {
  const parent = resolve(folder, '..')
  for (const name of await readdir(parent)) {
    const other = join(parent, name)
    if (other !== folder) await rm(other, { recursive: true, force: true })
  }
}

import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { VERSION } from '#runtime/process/version.ts'
import type { Process, Topology } from '#runtime/topology/topology.ts'
import { UserError } from '../support/report-error.ts'
import { bundle, PROJECT } from './bundle.ts'
import { collectLicences, copyNativePackages } from './packages.ts'

export interface Artefact {
  folder: string
  /** Size of all its files. */
  bytes: number
  modules: readonly string[]
  /** Packages of others in it. */
  packages: number
}

/** A file by which a folder is known to be one of ours, so that it may be replaced. */
const PROGRAM = 'pando.mjs'
/** What a module reads at run time, beside its code. */
const DATA_FOLDERS = ['migrations', 'assets']

/**
 * Makes the folder of one process: its modules' code and the contracts of all, in one file, with what that reads at run
 * time beside it. Replaces an artefact that is there; throws when there is something else.
 */
export async function buildArtefact(topology: Topology, own: Process, folder: string): Promise<Artefact> {
  await clear(folder)
  const { native, bundled } = await bundle(topology, own, join(folder, 'service.mjs'))
  await writeFile(join(folder, PROGRAM), LAUNCHER)
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(description(own), null, 2)}\n`)
  await mkdir(join(folder, 'topologies'))
  await cp(topology.source, join(folder, 'topologies', basename(topology.source)))
  for (const module of own.modules)
    for (const name of DATA_FOLDERS) {
      const data = join('modules', module, name)
      if (existsSync(join(PROJECT, data)))
        await cp(join(PROJECT, data), join(folder, data), { recursive: true })
    }
  const copied = await copyNativePackages(native, folder)
  await cp(join(PROJECT, 'LICENSE'), join(folder, 'LICENSE'))
  await writeFile(join(folder, 'THIRD-PARTY-LICENCES.txt'), await collectLicences([...bundled, ...copied]))
  return {
    folder,
    bytes: await sizeOf(folder),
    modules: own.modules,
    packages: bundled.length + copied.length,
  }
}

async function clear(folder: string): Promise<void> {
  const found: string[] = await readdir(folder).catch(() => [])
  if (found.length > 0 && !found.includes(PROGRAM))
    throw new UserError(`Cannot build into ${folder}: there is something else already. Name an empty folder`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
}

function description(own: Process) {
  return {
    name: `pando-${own.name}`,
    version: VERSION,
    private: true,
    type: 'module',
    engines: { node: '>=24' },
  }
}

/** Written for old ones too, so that they can say what is wrong. */
const LAUNCHER = `#!/usr/bin/env node
import module from 'node:module'

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache?.()
  await import('./service.mjs')
} else {
  console.error(\`Cannot start: this needs Node.js 24 or newer, and is run by \${process.version}\`)
  process.exitCode = 1
}
`

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Whether a folder is an artefact, and of which process. */
export async function artefactName(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
  const name = text === undefined ? undefined : (JSON.parse(text) as { name?: string }).name
  return existsSync(join(folder, PROGRAM)) && name?.startsWith('pando-')
    ? name.slice('pando-'.length)
    : undefined
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '#runtime/base/make-folder.ts'
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

const PROGRAM = 'pando.mjs'
const SERVICE = 'service.mjs'
const LICENCES = 'THIRD-PARTY-LICENCES.txt'
/** All that an artefact has at its top. */
const PARTS = new Set([
  PROGRAM,
  SERVICE,
  LICENCES,
  'LICENSE',
  'modules',
  'node_modules',
  'package.json',
  'topologies',
])
/** What a module reads at run time, beside its code. */
const DATA_FOLDERS = ['migrations', 'assets']

/**
 * Makes the folder of one process: its modules' code and the contracts of all, in one file, with what that reads at run
 * time beside it. Replaces an artefact that is there, once the new one is complete; throws when there is something else.
 */
export async function buildArtefact(topology: Topology, own: Process, folder: string): Promise<Artefact> {
  await refuseOthers(folder)
  await makeFolder(dirname(folder)).catch((error: Error) => {
    throw new UserError(`Cannot build into ${folder}: ${error.message}`)
  })
  let aside: string
  const drop = (signal: NodeJS.Signals) => {
    rmSync(aside, { recursive: true, force: true })
    process.exit(128 + constants.signals[signal])
  }
  for (const signal of ENDINGS) process.once(signal, drop)
  // In one go, so that no signal finds a folder that it does not know
  aside = mkdtempSync(`${folder}.`)
  try {
    const artefact = await buildInto(aside, topology, own)
    await rm(folder, { recursive: true, force: true })
    await rename(aside, folder)
    return { ...artefact, folder }
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    throw error
  } finally {
    for (const signal of ENDINGS) process.off(signal, drop)
  }
}

/** What ends a command from outside, and leaves it the time to clean up. */
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function buildInto(
  folder: string,
  topology: Topology,
  own: Process,
): Promise<Omit<Artefact, 'folder'>> {
  await chmod(folder, 0o755)
  const { native, bundled } = await bundle(topology, own, join(folder, SERVICE))
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
  await writeFile(join(folder, LICENCES), await collectLicences([...bundled, ...copied]))
  return {
    bytes: await sizeOf(folder),
    modules: own.modules,
    packages: bundled.length + copied.length,
  }
}

/** Throws unless there is nothing, an empty folder or an artefact that nobody has added to. */
async function refuseOthers(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new UserError(`Cannot build into ${folder}: it is no folder. Name another`)
  })
  if (found.length === 0) return
  if ((await artefactName(folder)) === undefined)
    throw new UserError(`Cannot build into ${folder}: there is something else already. Name an empty folder`)
  const strange = found.find((name) => !PARTS.has(name))
  if (strange !== undefined)
    throw new UserError(
      `Cannot build into ${folder}: it would be replaced, and "${strange}" there is no part of an artefact. Put that elsewhere, or name an empty folder`,
    )
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
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
  const { name } = JSON.parse(text) as { name?: string }
  const hasCode = [PROGRAM, SERVICE].every((file) => existsSync(join(folder, file)))
  return hasCode && name?.startsWith('pando-') ? name.slice('pando-'.length) : undefined
}

import { existsSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '#runtime/base/make-folder.ts'
import { VERSION } from '#runtime/process/version.ts'
import type { Process, Topology } from '#runtime/topology/topology.ts'
import { MINIMUM_NODE_MAJOR } from '../support/node-version.ts'
import { UserError } from '../support/report-error.ts'
import { bundle, PROJECT } from './bundle.ts'
import { collectLicences, copyNativePackages } from './packages.ts'

export interface Artefact {
  folder: string
  /** Total size of its files. */
  bytes: number
  modules: readonly string[]
  /** Number of third-party packages in it. */
  packages: number
}

const PROGRAM = 'pando.mjs'
const SERVICE = 'service.mjs'
const LICENCES = 'THIRD-PARTY-LICENCES.txt'
/** The entries at the top level of an artefact. */
const PARTS = new Set([
  PROGRAM,
  SERVICE,
  LICENCES,
  'LICENSE',
  'modules',
  'node_modules',
  'package.json',
  'sample',
  'topologies',
])
/** Folders of a module whose files are read at run time. */
const DATA_FOLDERS = ['migrations', 'assets']
/** The module that serves the pictures of the sample catalogue, and their folder. */
const SAMPLE = { module: 'storefront', pictures: join('sample', 'pictures') }

/**
 * Builds the folder of one process: one file with the code of its modules and the contracts of all modules, and next to it
 * the files that the code reads at run time. Replaces an existing artefact once the new one is complete. Throws a UserError
 * when the folder holds anything else.
 */
export async function buildArtefact(
  topology: Topology,
  shopProcess: Process,
  folder: string,
): Promise<Artefact> {
  await requireReplaceable(folder)
  await makeFolder(dirname(folder)).catch((error: Error) => {
    throw new UserError(`Cannot build into ${folder}: ${error.message}`)
  })
  let temporary: string
  const oldArtefact = () => `${temporary}.old`
  const cleanUp = (signal: NodeJS.Signals) => {
    for (const each of [temporary, oldArtefact()]) rmSync(each, { recursive: true, force: true })
    process.exit(128 + constants.signals[signal])
  }
  for (const signal of TERMINATION_SIGNALS) process.once(signal, cleanUp)
  // Synchronous, so that no signal is handled before the folder's name is known
  temporary = mkdtempSync(`${folder}.`)
  try {
    const artefact = await buildInto(temporary, topology, shopProcess)
    // Synchronous, so that no signal is handled while the folder does not exist
    if (lstatSync(folder, { throwIfNoEntry: false })) renameSync(folder, oldArtefact())
    renameSync(temporary, folder)
    await rm(oldArtefact(), { recursive: true, force: true })
    return { ...artefact, folder }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  } finally {
    for (const signal of TERMINATION_SIGNALS) process.off(signal, cleanUp)
  }
}

/** Signals that end the command and can be handled. */
const TERMINATION_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function buildInto(
  folder: string,
  topology: Topology,
  shopProcess: Process,
): Promise<Omit<Artefact, 'folder'>> {
  await chmod(folder, 0o755)
  const { native, bundled } = await bundle(topology, shopProcess, join(folder, SERVICE))
  await writeFile(join(folder, PROGRAM), LAUNCHER)
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(packageJson(shopProcess), null, 2)}\n`)
  await mkdir(join(folder, 'topologies'))
  await cp(topology.source, join(folder, 'topologies', basename(topology.source)))
  const folders = shopProcess.modules.flatMap((module) =>
    DATA_FOLDERS.map((name) => join('modules', module, name)),
  )
  if (shopProcess.modules.includes(SAMPLE.module)) folders.push(SAMPLE.pictures)
  for (const data of folders.filter((each) => existsSync(join(PROJECT, each))))
    await cp(join(PROJECT, data), join(folder, data), { recursive: true })
  const copied = await copyNativePackages(native, folder)
  await cp(join(PROJECT, 'LICENSE'), join(folder, 'LICENSE'))
  await writeFile(join(folder, LICENCES), await collectLicences([...bundled, ...copied]))
  return {
    bytes: await sizeOf(folder),
    modules: shopProcess.modules,
    packages: bundled.length + copied.length,
  }
}

/** Throws unless the folder is missing, empty, or an artefact without additional files. */
async function requireReplaceable(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    const problem = error.code === 'ENOTDIR' ? 'it is not a folder' : error.message
    throw new UserError(`Cannot build into ${folder}: ${problem}. Name another folder with --out`)
  })
  if (found.length === 0) return
  if ((await processOfArtefact(folder)) === undefined)
    throw new UserError(
      `Cannot build into ${folder}: it has files, but not those of an artefact. Name an empty folder with --out`,
    )
  const additional = found.find((name) => !PARTS.has(name))
  if (additional !== undefined)
    throw new UserError(
      `Cannot build into ${folder}: a build replaces the folder, and "${additional}" in it is not part of an artefact. Move that file elsewhere, or name an empty folder with --out`,
    )
}

function packageJson(shopProcess: Process) {
  return {
    name: `pando-${shopProcess.name}`,
    version: VERSION,
    private: true,
    type: 'module',
    engines: { node: `>=${MINIMUM_NODE_MAJOR}` },
  }
}

/** Old versions of Node.js must be able to parse this, so that it can print which version is needed. */
const LAUNCHER = `#!/usr/bin/env node
import module from 'node:module'

if (Number(process.versions.node.split('.')[0]) >= ${MINIMUM_NODE_MAJOR}) {
  module.enableCompileCache?.()
  await import('./service.mjs')
} else {
  console.error(\`Cannot start: this service needs Node.js ${MINIMUM_NODE_MAJOR} or newer, and this is \${process.version}\`)
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

/** The name of the process whose artefact is in a folder; undefined when the folder holds no artefact. */
export async function processOfArtefact(folder: string): Promise<string | undefined> {
  const name = await packageName(join(folder, 'package.json'))
  const hasCode = [PROGRAM, SERVICE].every((file) => existsSync(join(folder, file)))
  return hasCode && name?.startsWith('pando-') ? name.slice('pando-'.length) : undefined
}

/** The name in a package.json; undefined when the file is missing or damaged. */
async function packageName(file: string): Promise<string | undefined> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as { name?: unknown } | null
    return typeof content?.name === 'string' ? content.name : undefined
  } catch {
    return undefined
  }
}

import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { loadContracts } from '#runtime/process/modules.ts'
import type { Process, Topology } from '#runtime/topology/topology.ts'
import { UserError } from '../support/report-error.ts'

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** Packages with native code, which cannot be bundled into a JavaScript file. */
const NATIVE = ['@node-rs/argon2']
/** What the bundler calls the main program, whose source is generated. */
const ENTRY = 'pando:entry'
/** No such file exists. Because this path is in the project, the `#` imports of the main program resolve. */
const ENTRY_PATH = join(PROJECT, 'pando-entry.ts')

/**
 * Bundles the code of a process into one file. Returns the folders of the packages in it, and the names of the native
 * packages that it imports.
 */
export async function bundle(
  topology: Topology,
  shopProcess: Process,
  file: string,
): Promise<{ bundled: string[]; native: string[] }> {
  const { rolldown } = await import('rolldown').catch(() => {
    throw new UserError(
      'Cannot build: the package "rolldown" is not installed. Build in the source tree, after "npm ci" (without --omit=dev)',
    )
  })
  const mainProgram = await mainProgramOf(topology, shopProcess)
  const build = await rolldown({
    input: ENTRY,
    cwd: PROJECT,
    platform: 'node',
    external: NATIVE,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id: string) => (id === ENTRY ? ENTRY_PATH : null),
        load: (id: string) => (id === ENTRY_PATH ? { code: mainProgram, moduleType: 'ts' } : null),
      },
      {
        name: 'keep paths of project files',
        // Modules read files relative to their own source file. In the artefact that path must still resolve.
        transform: (code: string, id: string) =>
          isProjectFile(id) && code.includes('import.meta.url')
            ? code.replaceAll(
                'import.meta.url',
                `new URL(${JSON.stringify(pathInProject(id))}, import.meta.url).href`,
              )
            : null,
      },
    ],
  })
  const { output } = await build
    .write({ file, format: 'esm', codeSplitting: false })
    .catch((error: Error) => {
      throw new UserError(`Cannot build: ${stripVTControlCharacters(error.message)}`)
    })
    .finally(() => build.close())
  const [chunk] = output
  const packages = new Set(chunk.moduleIds.flatMap((id) => packageFolderOf(id) ?? []))
  return {
    bundled: [...packages].sort(),
    native: NATIVE.filter((name) => chunk.imports.includes(name) || chunk.dynamicImports.includes(name)),
  }
}

/** The source text of the artefact's main program. */
async function mainProgramOf(topology: Topology, shopProcess: Process): Promise<string> {
  const contracts = (await loadContracts()).map(({ name }) => name)
  const { modules } = shopProcess
  return [
    `import { runService } from '#cli/service.ts'`,
    ...contracts.map((name) => `import * as contract_${name} from '#modules/${name}/contract.ts'`),
    ...modules.map((name) => `import { definition as ${name}_module } from '#modules/${name}/module.ts'`),
    `const find = (name: string, exported: object) => Object.values(exported).find((each) => each?.name === name)`,
    `const contracts = [${contracts.map((name) => `find('${name}', contract_${name})`).join(', ')}]`,
    `const modules = [${modules.map((name) => `${name}_module`).join(', ')}]`,
    `await runService({ topology: ${JSON.stringify(topology.name)}, process: ${JSON.stringify(shopProcess.name)}, bundled: { contracts, modules } })`,
  ].join('\n')
}

function isProjectFile(id: string): boolean {
  return id.startsWith(PROJECT) && !id.includes('node_modules')
}

function pathInProject(id: string): string {
  return `./${relative(PROJECT, id).split(sep).join('/')}`
}

/** The folder of the package that a file belongs to; undefined when it belongs to no package. */
function packageFolderOf(id: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0]
}

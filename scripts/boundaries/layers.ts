import { isTest, moduleOf, resolveImport, type Tree, type Violation } from './tree.ts'

/** The packages that `shared/` may use. Its values are part of every contract and do no I/O. */
const SHARED_PACKAGES = new Set(['node:crypto', 'typebox'])

/** By folder: the folders from which its code never imports. Does not apply to tests. */
const FORBIDDEN: Record<string, { folders: string[]; why: string; remedy: string }> = {
  runtime: {
    folders: ['modules', 'sample', 'cli', 'lab', 'tests', 'bench', 'scripts'],
    why: 'The runtime is independent of shops: it runs any modules',
    remedy: 'Pass it in as an option, or declare it in the module',
  },
  shared: {
    folders: ['modules', 'sample', 'runtime', 'cli', 'lab', 'tests', 'bench', 'scripts'],
    why: 'Shared values are the lowest layer and do no I/O',
    remedy: 'Move the file to the folder that uses it, or the imported code to shared/',
  },
  modules: {
    folders: ['sample', 'cli', 'lab', 'tests', 'bench', 'scripts'],
    why: 'A module does not depend on tools',
    remedy: 'Move the imported code into the module, or to shared/ if it is a value without I/O',
  },
  sample: {
    folders: ['modules', 'runtime', 'cli', 'lab', 'tests', 'bench', 'scripts'],
    why: 'The sample is data and the drawings of its pictures, and runs in no shop',
    remedy: 'Move the imported code into the sample, or to shared/ if it is a value without I/O',
  },
}

/** No layer imports from a higher one, and tools import only the contracts of modules. */
export function checkLayers({ sources }: Tree): Violation[] {
  const violations: Violation[] = []
  for (const [file, source] of sources) {
    const folder = file.split('/')[0]!
    for (const { specifier, line } of source.imports) {
      const target = resolveImport(file, specifier)
      const message =
        target === undefined
          ? problemOfPackage(folder, file, specifier)
          : (problemOfLayer(folder, file, target) ?? problemOfTool(folder, file, target))
      if (message) violations.push({ file, line, message })
    }
  }
  return violations
}

function problemOfPackage(folder: string, file: string, specifier: string): string | undefined {
  if (folder !== 'shared' || isTest(file) || SHARED_PACKAGES.has(specifier)) return undefined
  return (
    `shared/ imports "${specifier}". It may only use ${[...SHARED_PACKAGES].join(' and ')}, so that every process and every client can load it. ` +
    `Avoid the package, or move the file to the folder that uses it`
  )
}

function problemOfLayer(folder: string, file: string, target: string): string | undefined {
  const rule = FORBIDDEN[folder]
  const other = target.split('/')[0]!
  if (!rule?.folders.includes(other)) return undefined
  if (isTest(file) && other !== 'modules') return undefined
  return `${folder}/ imports ${target} from ${other}/. ${rule.why}. ${rule.remedy}`
}

function problemOfTool(folder: string, file: string, target: string): string | undefined {
  const module = moduleOf(target)
  if (!module || (folder !== 'cli' && folder !== 'lab') || isTest(file)) return undefined
  if (target === `modules/${module}/contract.ts`) return undefined
  return (
    `${folder}/ imports ${target}, which is internal to "${module}". Tools use modules as other modules do, ` +
    `through contract.ts, so that they work in every topology. Call a method of the contract, or add one`
  )
}

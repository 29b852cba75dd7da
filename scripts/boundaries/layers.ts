import { isTest, moduleOf, resolveImport, type Tree, type Violation } from './tree.ts'

/** The packages that `shared/` may use: values that every contract speaks do no I/O. */
const SHARED_PACKAGES = new Set(['node:crypto', 'typebox'])

/** Folders that code of a folder never imports from, tests aside. */
const FORBIDDEN: Record<string, { folders: string[]; why: string; remedy: string }> = {
  runtime: {
    folders: ['modules', 'cli', 'lab', 'tests', 'bench', 'scripts'],
    why: 'The runtime knows no shop: it runs any modules',
    remedy: 'Let it come in as an option or a declaration of the module',
  },
  shared: {
    folders: ['modules', 'runtime', 'cli', 'lab', 'tests', 'bench', 'scripts'],
    why: 'Shared values stand below everything else and do no I/O',
    remedy: 'Move the file to where it is used, or what it uses to shared/',
  },
  modules: {
    folders: ['cli', 'lab', 'tests', 'bench', 'scripts'],
    why: 'A module runs without the tools around it',
    remedy: 'Move what it needs into the module, or to shared/ when it is a value without I/O',
  },
}

/** What stands below imports nothing from above; tools see of the modules only contracts. */
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
    `shared/ imports "${specifier}". It may use ${[...SHARED_PACKAGES].join(' and ')} only, so that every process and every client can load it. ` +
    `Do without the package, or move the file to where it is used`
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
    `${folder}/ imports ${target}, which is inside of "${module}". Tools use modules as other modules do, ` +
    `through contract.ts, so that they work in every topology. Call a method of the contract, or add one there`
  )
}

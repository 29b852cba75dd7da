import { isTest, moduleOf, resolveImport, type Tree, type Violation } from './tree.ts'

/** Modules see of each other the contracts only, and only those of the modules that they need. */
export function checkModuleImports({ sources, modules }: Tree): Violation[] {
  const violations: Violation[] = []
  for (const [file, source] of sources) {
    const importer = moduleOf(file)
    if (!importer) continue
    for (const { specifier, line } of source.imports) {
      const target = resolveImport(file, specifier)
      const imported = target && moduleOf(target)
      if (!imported || imported === importer) continue
      if (target !== `modules/${imported}/contract.ts`) {
        violations.push({ file, line, message: insideOfAnother(importer, imported, target) })
      } else if (!isTest(file) && !modules.get(importer)?.needs.has(imported)) {
        violations.push({ file, line, message: notNeeded(importer, imported) })
      }
    }
  }
  return violations
}

function insideOfAnother(importer: string, imported: string, target: string): string {
  return (
    `"${importer}" imports ${target}, which is inside of "${imported}". A module shows others its contract.ts only, ` +
    `so that the rest of it can change and move to a process of its own. Call a method of its contract instead ` +
    `(context.calls.${imported}.…), add one there, or move what both need and what does no I/O to shared/`
  )
}

function notNeeded(importer: string, imported: string): string {
  return (
    `"${importer}" imports the contract of "${imported}", which modules/${importer}/needs.ts does not list. ` +
    `What a module uses stands in its needs.ts, for readers and for whoever places modules. ` +
    `Add "${imported}" to needs, or do without it`
  )
}

import { isTest, moduleOf, resolveImport, type Tree, type Violation } from './tree.ts'

/** A module imports nothing of other modules but their contracts, and only those of the modules that it needs. */
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
        violations.push({ file, line, message: importOfInternalFile(importer, imported, target) })
      } else if (!isTest(file) && !modules.get(importer)?.needs.has(imported)) {
        violations.push({ file, line, message: notNeeded(importer, imported) })
      }
    }
  }
  return violations
}

function importOfInternalFile(importer: string, imported: string, target: string): string {
  return (
    `"${importer}" imports ${target}, which is internal to "${imported}". Other modules may only import its contract.ts, ` +
    `so that the rest can change and move to another process. Call a method of its contract instead ` +
    `(context.calls.${imported}.…), add one, or move shared code without I/O to shared/`
  )
}

function notNeeded(importer: string, imported: string): string {
  return (
    `"${importer}" imports the contract of "${imported}", which modules/${importer}/needs.ts does not list. ` +
    `needs.ts lists everything that a module uses, for readers and for the placement of modules. ` +
    `Add "${imported}" to needs, or remove the import`
  )
}

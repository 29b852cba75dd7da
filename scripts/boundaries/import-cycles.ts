import { resolveImport, type Tree, type Violation } from './tree.ts'

/** Imports have no cycles, types included: files in a cycle can only be understood together. */
export function checkImportCycles({ sources }: Tree): Violation[] {
  const violations: Violation[] = []
  const done = new Set<string>()
  for (const file of sources.keys()) visit(file, [])
  return violations

  /** Depth first: an import of a file on the current path closes a cycle. */
  function visit(file: string, path: string[]): void {
    done.add(file)
    const current = [...path, file]
    for (const { specifier, line } of sources.get(file)!.imports) {
      const target = resolveImport(file, specifier)
      if (target === undefined || !sources.has(target)) continue
      const start = current.indexOf(target)
      if (start !== -1)
        violations.push({ file, line, message: cycleMessage([...current.slice(start), target]) })
      else if (!done.has(target)) visit(target, current)
    }
  }
}

function cycleMessage(cycle: string[]): string {
  return (
    `The imports have a cycle: ${cycle.join(' imports ')}. ` +
    `Move the shared code into a file that imports neither, or pass it as an argument`
  )
}

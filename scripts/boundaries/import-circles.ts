import { resolveImport, type Tree, type Violation } from './tree.ts'

/** No file imports itself over other files, types included: files in a circle can be understood only together. */
export function checkImportCircles({ sources }: Tree): Violation[] {
  const violations: Violation[] = []
  const done = new Set<string>()
  for (const file of sources.keys()) visit(file, [])
  return violations

  /** Depth first: an import of a file that is on the way to here closes a circle. */
  function visit(file: string, path: string[]): void {
    done.add(file)
    const here = [...path, file]
    for (const { specifier, line } of sources.get(file)!.imports) {
      const target = resolveImport(file, specifier)
      if (target === undefined || !sources.has(target)) continue
      const start = here.indexOf(target)
      if (start !== -1)
        violations.push({ file, line, message: circleMessage([...here.slice(start), target]) })
      else if (!done.has(target)) visit(target, here)
    }
  }
}

function circleMessage(circle: string[]): string {
  return (
    `The imports go in a circle: ${circle.join(' imports ')}. ` +
    `Move what both ends need into a file that imports neither, or pass it in`
  )
}

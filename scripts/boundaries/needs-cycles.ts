import type { Tree, Violation } from './tree.ts'

/** Needs have no cycles: a module never needs itself, directly or through others. */
export function checkNeedsCycles({ modules }: Tree): Violation[] {
  const violations: Violation[] = []
  const done = new Set<string>()
  for (const name of modules.keys()) visit(name, [])
  return violations

  function visit(name: string, path: string[]): void {
    const start = path.indexOf(name)
    if (start !== -1) {
      const cycle = [...path.slice(start), name]
      violations.push({ file: `modules/${path.at(-1)}/needs.ts`, line: 1, message: cycleMessage(cycle) })
      return
    }
    if (done.has(name)) return
    for (const need of modules.get(name)?.needs ?? []) visit(need, [...path, name])
    done.add(name)
  }
}

function cycleMessage(cycle: string[]): string {
  const [first, second] = cycle
  return (
    `The needs have a cycle: ${cycle.join(' needs ')}. Modules in a cycle can only be understood together. ` +
    `Let "${second}" emit an event instead (remove "${second}" from the needs of "${first}"), or move the shared part to a third module`
  )
}

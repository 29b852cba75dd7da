import type { Tree, Violation } from './tree.ts'

/** Needs go one way: a module never needs, over any number of others, itself. */
export function checkNeedsCircles({ modules }: Tree): Violation[] {
  const violations: Violation[] = []
  const done = new Set<string>()
  for (const name of modules.keys()) visit(name, [])
  return violations

  function visit(name: string, path: string[]): void {
    const start = path.indexOf(name)
    if (start !== -1) {
      const circle = [...path.slice(start), name]
      violations.push({ file: `modules/${path.at(-1)}/needs.ts`, line: 1, message: circleMessage(circle) })
      return
    }
    if (done.has(name)) return
    for (const need of modules.get(name)?.needs ?? []) visit(need, [...path, name])
    done.add(name)
  }
}

function circleMessage(circle: string[]): string {
  const [first, second] = circle
  return (
    `The needs go in a circle: ${circle.join(' needs ')}. Modules in a circle can be understood and placed only together. ` +
    `Let one of them hear of the other by an event (take "${second}" out of "${first}"), or move what both need to a third`
  )
}

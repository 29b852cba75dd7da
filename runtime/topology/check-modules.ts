import type { Finding, Outline } from './check-shape.ts'
import { didYouMean } from './nearest.ts'
import type { KnownModule } from './resolve.ts'
import type { Process } from './topology.ts'

/** Checks that every module is in exactly one process, and that all modules with pages are in the same one. */
export function checkModules(outline: Outline, known: readonly KnownModule[]): Finding[] {
  const findings: Finding[] = []
  const names = known.map((module) => module.name)
  const processOf = new Map<string, string>()
  for (const [process, { modules = [] }] of Object.entries(outline.processes)) {
    for (const [index, module] of modules.entries()) {
      const path = ['processes', process, 'modules', index]
      const other = processOf.get(module)
      if (!names.includes(module)) {
        findings.push({
          path,
          message: `"${module}" is not a module.${didYouMean(module, names)} The modules are ${names.join(', ')}`,
        })
      } else if (other !== undefined) {
        const where = other === process ? 'listed twice in this process' : `also in the process "${other}"`
        findings.push({ path, message: `"${module}" is ${where}: remove one of the two` })
      } else processOf.set(module, process)
    }
  }
  const missing = names.filter((name) => !processOf.has(name))
  if (missing.length > 0) {
    const action = missing.length === 1 ? 'is in no process: add it' : 'are in no process: add each'
    findings.push({
      path: ['processes'],
      message: `${missing.map((name) => `"${name}"`).join(', ')} ${action} to the modules of a process`,
    })
  }
  return [...findings, ...checkPages(processOf, known)]
}

/** Checks that the modules of each group under `together` are in one process. */
export function checkTogether(
  outline: Outline,
  processes: readonly Process[],
  known: readonly KnownModule[],
): Finding[] {
  const names = known.map((module) => module.name)
  return outline.together.flatMap((group, index) => {
    const path = outline.isOneGroup ? ['together'] : ['together', index]
    const unknown = group.filter((module) => !names.includes(module))
    if (unknown.length > 0) {
      return unknown.map((module) => ({
        path,
        message: `"${module}" is not a module.${didYouMean(module, names)} The modules are ${names.join(', ')}`,
      }))
    }
    const places = group.flatMap((module) => {
      const process = processes.find((each) => each.modules.includes(module))
      return process ? [{ module, process: process.name }] : []
    })
    if (new Set(places.map((place) => place.process)).size <= 1) return []
    const shown = places.map(({ module, process }) => `${module} in "${process}"`).join(', ')
    return [
      {
        path,
        message: `${group.join(', ')} must share transactions, so they must be in one process, but they are in several (${shown}): move them into one process, or remove the group from together`,
      },
    ]
  })
}

function checkPages(processOf: ReadonlyMap<string, string>, known: readonly KnownModule[]): Finding[] {
  const pages = known
    .filter((module) => module.pages && processOf.has(module.name))
    .map((module) => module.name)
  const processes = [...new Set(pages.map((module) => processOf.get(module)!))]
  if (processes.length <= 1) return []
  const shown = pages.map((module) => `${module} in "${processOf.get(module)}"`).join(', ')
  return [
    {
      path: ['processes', processes[1]!, 'modules'],
      message: `modules with pages must be in one process, the one with the public port, but they are in several (${shown}): move them into one process`,
    },
  ]
}

import type { Finding, Outline } from './check-shape.ts'
import { didYouMean } from './nearest.ts'
import type { KnownModule } from './resolve.ts'
import type { Process } from './topology.ts'

/** Every module is in exactly one process, and pages are in one. */
export function checkModules(outline: Outline, known: readonly KnownModule[]): Finding[] {
  const findings: Finding[] = []
  const names = known.map((module) => module.name)
  const places = new Map<string, string>()
  for (const [process, { modules = [] }] of Object.entries(outline.processes)) {
    for (const [index, module] of modules.entries()) {
      const path = ['processes', process, 'modules', index]
      const other = places.get(module)
      if (!names.includes(module)) {
        findings.push({
          path,
          message: `"${module}" is no module.${didYouMean(module, names)} There are ${names.join(', ')}`,
        })
      } else if (other !== undefined) {
        const where = other === process ? 'twice in this process' : `in the process "${other}" too`
        findings.push({ path, message: `"${module}" is ${where}: take it out of one place` })
      } else places.set(module, process)
    }
  }
  const missing = names.filter((name) => !places.has(name))
  if (missing.length > 0) {
    const they = missing.length === 1 ? 'is in no process: put it' : 'are in no process: put each'
    findings.push({
      path: ['processes'],
      message: `${missing.map((name) => `"${name}"`).join(', ')} ${they} into the modules of one`,
    })
  }
  return [...findings, ...checkPages(places, known)]
}

/** Modules that must share a transaction are in one process. */
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
        message: `"${module}" is no module.${didYouMean(module, names)} There are ${names.join(', ')}`,
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
        message: `${group.join(', ')} must share transactions, so they must be in one process; here are ${shown}: move them into one, or take them out of together`,
      },
    ]
  })
}

function checkPages(places: ReadonlyMap<string, string>, known: readonly KnownModule[]): Finding[] {
  const pages = known.filter((module) => module.pages && places.has(module.name)).map((module) => module.name)
  const processes = [...new Set(pages.map((module) => places.get(module)!))]
  if (processes.length <= 1) return []
  const shown = pages.map((module) => `${module} in "${places.get(module)}"`).join(', ')
  return [
    {
      path: ['processes', processes[1]!, 'modules'],
      message: `modules with pages must be in one process, the one with the public port; here are ${shown}: move them into one`,
    },
  ]
}

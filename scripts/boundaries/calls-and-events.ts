import { lineAt } from './source.ts'
import { isTest, moduleOf, type Tree, type Violation } from './tree.ts'

const CALL = /\bcalls\s*\??\.\s*(\w+)/g
const REACTION = /['"](\w+)\.(\w+)['"]\s*:/g

/** Modules only call the modules that they need, and only react to events of those. */
export function checkCallsAndEvents(tree: Tree): Violation[] {
  const violations: Violation[] = []
  for (const [file, source] of tree.sources) {
    const module = moduleOf(file)
    if (!module || isTest(file)) continue
    const needs = tree.modules.get(module)?.needs ?? new Set()
    for (const match of source.code.matchAll(CALL)) {
      const called = match[1]!
      if (!tree.modules.has(called) || needs.has(called)) continue
      violations.push({
        file,
        line: lineAt(source.code, match.index),
        message: callNotNeeded(module, called),
      })
    }
    if (file !== `modules/${module}/module.ts`) continue
    for (const match of source.withStrings.matchAll(REACTION)) {
      const [, emitter = '', event = ''] = match
      const message = problemOfReaction(tree, module, emitter, event)
      if (message) violations.push({ file, line: lineAt(source.code, match.index), message })
    }
  }
  return violations
}

function callNotNeeded(module: string, called: string): string {
  return (
    `"${module}" calls "${called}", which modules/${module}/needs.ts does not list. ` +
    `A call outside the needs would be a hidden dependency. ` +
    `Add "${called}" to needs (if that makes no cycle), or let "${called}" emit an event instead`
  )
}

function problemOfReaction(tree: Tree, module: string, emitter: string, event: string): string | undefined {
  if (!tree.modules.get(module)?.needs.has(emitter)) {
    return (
      `"${module}" reacts to "${emitter}.${event}", but modules/${module}/needs.ts does not list "${emitter}". ` +
      `A reaction is a dependency like a call. Add "${emitter}" to needs, or remove the reaction`
    )
  }
  const events = tree.modules.get(emitter)?.events ?? new Set()
  if (events.has(event)) return undefined
  return (
    `"${module}" reacts to "${emitter}.${event}", but modules/${emitter}/contract.ts declares no such event, so it would never run. ` +
    `It declares: ${[...events].join(', ') || 'none'}. Correct the name, or declare the event there and emit it`
  )
}

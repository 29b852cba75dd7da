import { checkCallsAndEvents } from './calls-and-events.ts'
import { checkImportCircles } from './import-circles.ts'
import { checkLayers } from './layers.ts'
import { checkModuleImports } from './module-imports.ts'
import { checkNeedsCircles } from './needs-circles.ts'
import { checkRuntimeLayers } from './runtime-layers.ts'
import { checkSql } from './sql.ts'
import { type Files, readTree, type Violation } from './tree.ts'

/** Judges all walls of the project: between modules, between layers, around tables, and circles. */
export function checkBoundaries(files: Files): Violation[] {
  const tree = readTree(files)
  return [
    checkModuleImports,
    checkCallsAndEvents,
    checkSql,
    checkLayers,
    checkRuntimeLayers,
    checkNeedsCircles,
    checkImportCircles,
  ].flatMap((rule) => rule(tree))
}

import { checkCallsAndEvents } from './calls-and-events.ts'
import { checkCircles } from './circles.ts'
import { checkLayers } from './layers.ts'
import { checkModuleImports } from './module-imports.ts'
import { checkSql } from './sql.ts'
import { type Files, readTree, type Violation } from './tree.ts'

/** Judges all walls of the project: between modules, between layers, around tables. */
export function checkBoundaries(files: Files): Violation[] {
  const tree = readTree(files)
  return [checkModuleImports, checkCallsAndEvents, checkSql, checkLayers, checkCircles].flatMap((rule) =>
    rule(tree),
  )
}

import { checkCallsAndEvents } from './calls-and-events.ts'
import { checkImportCycles } from './import-cycles.ts'
import { checkLayers } from './layers.ts'
import { checkMigrationNames } from './migration-names.ts'
import { checkModuleImports } from './module-imports.ts'
import { checkNeedsCycles } from './needs-cycles.ts'
import { checkRuntimeLayers } from './runtime-layers.ts'
import { checkSql } from './sql.ts'
import { type Files, readTree, type Violation } from './tree.ts'

/** Checks all boundaries of the project: between modules, between layers and around tables. Also finds cycles. */
export function checkBoundaries(files: Files): Violation[] {
  const tree = readTree(files)
  return [
    checkModuleImports,
    checkCallsAndEvents,
    checkSql,
    checkMigrationNames,
    checkLayers,
    checkRuntimeLayers,
    checkNeedsCycles,
    checkImportCycles,
  ].flatMap((rule) => rule(tree))
}

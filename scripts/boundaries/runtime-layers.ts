import { isTest, resolveImport, type Tree, type Violation } from './tree.ts'

/** The folders of the runtime from the lowest layer up, as in ARCHITECTURE.md. A folder imports only from earlier ones. */
export const RUNTIME_LAYERS = [
  'contract',
  'base',
  'html',
  'database',
  'cache',
  'module',
  'call',
  'events',
  'workflow',
  'http',
  'topology',
  'rpc',
  'relocation',
  'process',
  'supervisor',
] as const

/** No folder of the runtime imports from a higher layer, types included. */
export function checkRuntimeLayers({ sources }: Tree): Violation[] {
  const violations: Violation[] = []
  for (const [file, source] of sources) {
    const folder = folderOf(file)
    if (folder === undefined || isTest(file)) continue
    const height = heightOf(folder)
    if (height === -1) {
      violations.push({ file, line: 1, message: unknownFolder(folder) })
      continue
    }
    for (const { specifier, line } of source.imports) {
      const target = resolveImport(file, specifier)
      const other = target && folderOf(target)
      if (!target || !other || heightOf(other) <= height) continue
      violations.push({ file, line, message: importFromAbove(folder, target, other) })
    }
  }
  return violations
}

function folderOf(file: string): string | undefined {
  return /^runtime\/([^/]+)\//.exec(file)?.[1]
}

function heightOf(folder: string): number {
  return (RUNTIME_LAYERS as readonly string[]).indexOf(folder)
}

function unknownFolder(folder: string): string {
  return (
    `runtime/${folder}/ is not one of the layers of the runtime. ` +
    `Add it to RUNTIME_LAYERS in scripts/boundaries/runtime-layers.ts, and to the table in ARCHITECTURE.md`
  )
}

function importFromAbove(folder: string, target: string, other: string): string {
  return (
    `runtime/${folder}/ imports ${target} from a higher layer. From the lowest, the layers are ${RUNTIME_LAYERS.join(', ')}. ` +
    `Move the shared code to runtime/${folder}/ or below, or declare an interface here and let runtime/${other}/ implement it`
  )
}
